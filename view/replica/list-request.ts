import { knownStates } from '#core/state.ts';
import type { JobFilter } from '#db/job-filter.ts';
import { type Call, findParameter, getHeader, getParameter } from '#view/replica/call.ts';
import { invalid, ReplicaRefusal } from '#view/replica/refusal.ts';

/** MPS takes ten; here a look-up costs nobody's quota. */
const maxIds = 1_000;
const defaultPageSize = 30;
const maxPageSize = 300;

/** A look-up by ids, or one page of a listing. */
export type ListRequest =
  | { readonly ids: readonly string[] }
  | { readonly filter: JobFilter; readonly pageSize: number; readonly token: string | undefined };

/** Throws UnsupportedHTTPMethod, MissingParameter, NoSuchVersion, InvalidAction.NotFound, InvalidParameter. */
export function checkOperation(call: Call): void {
  if (call.method !== 'POST' && call.method !== 'GET') throw new ReplicaRefusal('UnsupportedHTTPMethod');
  const isV3 = call.headers.has('x-acs-action') || findParameter(call, 'Action') === undefined;
  if (!isV3 && findParameter(call, 'Format')?.toUpperCase() !== 'JSON') {
    throw invalid('This replica answers JSON only: send Format=JSON.');
  }
  const version = isV3 ? getHeader(call, 'x-acs-version') : getParameter(call, 'Version');
  const action = isV3 ? getHeader(call, 'x-acs-action') : getParameter(call, 'Action');
  if (version !== '2014-06-18') throw new ReplicaRefusal('NoSuchVersion');
  if (action !== 'QuerySnapshotJobList') throw new ReplicaRefusal('InvalidAction.NotFound');
}

/**
 * The parameters of `QuerySnapshotJobList`. `SnapshotJobIds` wins over all filters; both ends of the time range belong to
 * it. Throws InvalidParameter, .NumberFormatInvalid, .InvalidState, .Format.
 * https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export function readListRequest(call: Call): ListRequest {
  const ids = findParameter(call, 'SnapshotJobIds');
  if (ids !== undefined) return { ids: readIds(ids) };
  const from = readTime(call, 'StartOfJobCreatedTimeRange');
  const to = readTime(call, 'EndOfJobCreatedTimeRange');
  if (from !== undefined && to !== undefined && from > to) {
    throw invalid('StartOfJobCreatedTimeRange is after EndOfJobCreatedTimeRange.');
  }
  const state = readState(call);
  const pipeline = readText(call, 'PipelineId');
  return {
    filter: {
      createdFrom: from,
      createdTo: to === undefined ? undefined : to + 1,
      states: state === undefined ? undefined : [state],
      pipelines: pipeline === undefined ? undefined : [pipeline],
    },
    pageSize: readPageSize(call),
    token: findParameter(call, 'NextPageToken'),
  };
}

function readIds(list: string): string[] {
  const ids = list.split(',').map((id) => id.trim());
  if (ids.length > maxIds) throw invalid(`SnapshotJobIds names ${ids.length} jobs; the most is ${maxIds}.`);
  if (list.includes('\0')) throw invalid('SnapshotJobIds is not valid.');
  return [...new Set(ids.filter((id) => id !== ''))];
}

function readText(call: Call, name: string): string | undefined {
  const text = findParameter(call, name);
  if (text?.includes('\0')) throw invalid(`${name} is not valid.`);
  return text;
}

function readTime(call: Call, name: string): number | undefined {
  const text = findParameter(call, name);
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw new ReplicaRefusal('InvalidParameter.Format', `${name} is not of the form YYYY-MM-DDThh:mm:ssZ.`);
  }
  return at / 1000;
}

function readState(call: Call): string | undefined {
  const state = findParameter(call, 'State');
  if (state !== undefined && !knownStates.some((known) => known === state)) {
    throw new ReplicaRefusal('InvalidParameter.InvalidState');
  }
  return state;
}

function readPageSize(call: Call): number {
  const text = findParameter(call, 'MaximumPageSize') ?? String(defaultPageSize);
  if (!/^-?\d+$/.test(text)) {
    throw new ReplicaRefusal('InvalidParameter.NumberFormatInvalid', 'MaximumPageSize is not a number.');
  }
  const size = Number(text);
  if (size < 1 || size > maxPageSize) throw invalid(`MaximumPageSize is not in [1, ${maxPageSize}].`);
  return size;
}

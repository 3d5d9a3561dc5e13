import { type Call, parameter } from './call.ts';
import { GatewayError } from './gateway-error.ts';
import { SNAPSHOT_STATES } from './job.ts';
import { parseUtcTime } from './utc-time.ts';

/** Most ids of one call, and the documented default and most of `MaximumPageSize`. */
const MAX_IDS = 10;
const DEFAULT_PAGE_SIZE = 30;
const MAX_PAGE_SIZE = 300;

/** The filters of a listing. Times are closed bounds in epoch milliseconds. */
export interface ListFilters {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly state: string | undefined;
  readonly pipelineId: string | undefined;
}

/** A checked call: a look-up by id, or one page of a listing. */
export type ListRequest =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | {
      readonly kind: 'page';
      readonly filters: ListFilters;
      readonly pageSize: number;
      readonly token: string | undefined;
    };

/** The rules that the documentation leaves open. */
export interface ListRules {
  readonly startInclusive: boolean;
  readonly endInclusive: boolean;
  /** What a `MaximumPageSize` above 300 does. */
  readonly oversizePage: 'cap' | 'refuse';
}

/**
 * Checks the parameters of `QuerySnapshotJobList`. `SnapshotJobIds` wins over all filters. Throws GatewayError
 * InvalidParameter, .NumberFormatInvalid, .InvalidState or .Format.
 * Source: https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export function readListRequest(call: Call, rules: ListRules): ListRequest {
  const idList = parameter(call, 'SnapshotJobIds');
  if (idList !== undefined) {
    return { kind: 'ids', ids: readIds(idList) };
  }
  const start = readTime(call, 'StartOfJobCreatedTimeRange');
  const end = readTime(call, 'EndOfJobCreatedTimeRange');
  if (start !== undefined && end !== undefined && start > end) {
    throw invalid('StartOfJobCreatedTimeRange is after EndOfJobCreatedTimeRange.');
  }
  const filters = {
    from: start === undefined || rules.startInclusive ? start : start + 1000,
    to: end === undefined || rules.endInclusive ? end : end - 1000,
    state: readState(call),
    pipelineId: parameter(call, 'PipelineId'),
  };
  return { kind: 'page', filters, pageSize: readPageSize(call, rules), token: parameter(call, 'NextPageToken') };
}

function readIds(list: string): string[] {
  const ids = list.split(',').map((id) => id.trim());
  const distinct = [...new Set(ids.filter((id) => id !== ''))];
  if (ids.length > MAX_IDS) {
    throw invalid(`SnapshotJobIds names ${ids.length} jobs; the most is ${MAX_IDS}.`);
  }
  return distinct;
}

function readTime(call: Call, name: string): number | undefined {
  const text = parameter(call, name);
  if (text === undefined) {
    return undefined;
  }
  const time = parseUtcTime(text);
  if (time === undefined) {
    throw new GatewayError('InvalidParameter.Format', { message: `${name} is not of the form YYYY-MM-DDThh:mm:ssZ.` });
  }
  return time;
}

function readState(call: Call): string | undefined {
  const state = parameter(call, 'State');
  if (state !== undefined && !SNAPSHOT_STATES.some((known) => known === state)) {
    throw new GatewayError('InvalidParameter.InvalidState');
  }
  return state;
}

function readPageSize(call: Call, rules: ListRules): number {
  const text = parameter(call, 'MaximumPageSize') ?? String(DEFAULT_PAGE_SIZE);
  if (!/^-?\d+$/.test(text)) {
    throw new GatewayError('InvalidParameter.NumberFormatInvalid', { message: 'MaximumPageSize is not a number.' });
  }
  const size = Number(text);
  if (size < 1 || (size > MAX_PAGE_SIZE && rules.oversizePage === 'refuse')) {
    throw invalid(`MaximumPageSize is not in [1, ${MAX_PAGE_SIZE}].`);
  }
  return Math.min(size, MAX_PAGE_SIZE);
}

function invalid(message: string): GatewayError {
  return new GatewayError('InvalidParameter', { message });
}

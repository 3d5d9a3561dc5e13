import { AppError } from '#core/errors.ts';
import type { Lane } from '#core/lane.ts';
import type { Range } from '#core/range.ts';
import type { Walk } from '#core/walk.ts';
import type { TimedPage } from '#mps/client.ts';
import type { ListContext } from '#sync/context.ts';

/** What of a source is listed, and out of which part of the quota. */
export interface Listing {
  readonly lane: Lane;
  /** Only jobs in this state. */
  readonly state?: string | undefined;
}

/** The next page of a walk, or `undefined` when MPS refused its token or gave the same one again. */
export async function listPage(context: ListContext, walk: Walk, listing: Listing): Promise<TimedPage | undefined> {
  const { mps, source } = context;
  try {
    const page = await mps.listJobs({
      from: walk.queryFrom,
      to: walk.queryTo,
      pageSize: source.pageSize,
      token: walk.token,
      pipelineId: source.pipelineId,
      ...listing,
    });
    return page.nextToken !== undefined && page.nextToken === walk.token ? undefined : page;
  } catch (error) {
    if (error instanceof AppError && error.code === 'mps_token_refused') return undefined;
    throw error;
  }
}

/**
 * `range` without the seconds that the server has not finished yet. Ours may be ahead of its clock by many lookbacks, and then even
 * history would reach into what is still to come.
 */
export function toSettled(range: Range, page: TimedPage, settleSeconds: number): Range {
  if (page.serverTime === undefined) return range;
  const settled = Math.floor(page.serverTime / 1000) - settleSeconds;
  return { from: range.from, to: Math.max(range.from, Math.min(range.to, settled)) };
}

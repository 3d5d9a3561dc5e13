import { AppError } from '#core/errors.ts';
import { parseRecords } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import { restartWalk, startWalk, takePage, type Walk } from '#core/walk.ts';
import type { JobPage } from '#mps/answer.ts';
import type { RunContext } from '#sync/context.ts';

/** A list begins one second early: whether MPS's range includes its ends is not documented. */
const overlapSeconds = 1;

/** MPS refuses requests whose clock is further off than this, so no job it lists can be created later. */
const maxClockSkewSeconds = 15 * 60;

/**
 * Lists one range of creation time, newest first, and stores it page by page, each with the coverage that it
 * completes. Returns the range that is then completely read: `range`, or with `toPresent`, where the listing goes on
 * to the newest job, as much of it as lies in the past by the server's own clock. Throws what stopped it otherwise.
 */
export async function walkRange(context: RunContext, range: Range, options: { toPresent: boolean }): Promise<Range> {
  const now = Math.floor(context.clock.now() / 1000);
  let walk = startWalk(range, options.toPresent ? now + maxClockSkewSeconds : range.to);
  for (;;) {
    context.signal.throwIfAborted();
    const page = await listPage(context, walk);
    if (!page || (page.nextToken !== undefined && page.nextToken === walk.token)) {
      walk = restartWalk(walk);
      continue;
    }
    if (options.toPresent) walk = { ...walk, range: settle(walk.range, page, context) };
    const { jobs, rejections } = parseRecords(page.records);
    const step = takePage(walk, jobs, page.nextToken);
    await context.storePage({ jobs, rejections, covers: step.covers, read: page.records.length });
    if (step.done) return step.walk.range;
    walk = step.walk;
  }
}

/** The next page, or `undefined` when MPS refused the token. */
async function listPage({ mps, source }: RunContext, walk: Walk): Promise<JobPage | undefined> {
  try {
    return await mps.listJobs({
      from: walk.range.from - overlapSeconds,
      to: walk.queryTo,
      pageSize: source.pageSize,
      token: walk.token,
      pipelineId: source.pipelineId,
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'mps_token_refused') return undefined;
    throw error;
  }
}

/** Where the server's clock is behind ours, seconds that it has not finished yet are not part of the past. */
function settle(range: Range, page: JobPage, { source }: RunContext): Range {
  if (page.serverTime === undefined) return range;
  const settled = Math.floor(page.serverTime / 1000) - source.settleSeconds;
  return { from: range.from, to: Math.max(range.from, Math.min(range.to, settled)) };
}

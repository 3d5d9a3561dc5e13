import { AppError } from '#core/errors.ts';
import { parseRecords } from '#core/job.ts';
import { isEmpty, type Range } from '#core/range.ts';
import { restartWalk, startWalk, takePage, type Walk } from '#core/walk.ts';
import type { JobPage } from '#mps/answer.ts';
import type { RunContext } from '#sync/context.ts';

/** A list begins one second early: whether MPS's range includes its ends is not documented. */
const overlapSeconds = 1;

/** MPS refuses requests whose clock is further off than this, so no job it lists can be created later. */
const maxClockSkewSeconds = 15 * 60;

/**
 * Lists one range of creation time, newest first, and stores it page by page, each with the coverage that it
 * completes. Returns when the range is completely read; throws what stopped it otherwise.
 */
export async function walkRange(context: RunContext, range: Range, options: { toPresent: boolean }): Promise<void> {
  const now = Math.floor(context.clock.now() / 1000);
  let walk = startWalk(range, options.toPresent ? now + maxClockSkewSeconds : range.to);
  for (;;) {
    context.signal.throwIfAborted();
    const page = await listPage(context, walk);
    if (!page || (page.nextToken !== undefined && page.nextToken === walk.token)) {
      walk = restartWalk(walk);
      continue;
    }
    const { jobs, rejections } = parseRecords(page.records);
    const step = takePage(walk, jobs, page.nextToken);
    const covers = step.covers && options.toPresent ? settle(step.covers, page, context) : step.covers;
    await context.storePage({ jobs, rejections, covers, read: page.records.length });
    if (step.done) return;
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

/** Where the server's clock is behind ours, seconds that it has not finished yet are not claimed. */
function settle(covers: Range, page: JobPage, { source }: RunContext): Range | undefined {
  if (page.serverTime === undefined) return covers;
  const settled = Math.floor(page.serverTime / 1000) - source.settleSeconds;
  const claim = { from: covers.from, to: Math.min(covers.to, settled) };
  return isEmpty(claim) ? undefined : claim;
}

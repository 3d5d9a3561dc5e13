import { type AppError, toAppError } from '#core/errors.ts';
import type { Range } from '#core/range.ts';
import { decideParts, estimatePages, splitWalk } from '#core/split.ts';
import type { ListContext } from '#sync/context.ts';
import { createWalker, type StepOptions, stepWalker, type Walker } from '#sync/walker.ts';
import { createWalkerDemand, type WalkerDemand } from '#sync/walker-demand.ts';

export interface WalkOptions extends StepOptions {
  /** The first range is listed on to the newest job there is. */
  readonly toPresent?: boolean;
  /** Asked before each page: `true` ends the walk, without an error, where what was read is covered. */
  readonly shouldStop?: () => boolean;
}

/** Walkers given up one after another, without a page in between, after which trouble is taken to be everywhere. */
const maxFailuresInARow = 3;

/** All that the walkers of one call share. */
interface Pool {
  readonly context: ListContext;
  readonly options: WalkOptions;
  readonly demand: WalkerDemand;
  readonly waiting: Walker[];
  readonly active: Set<Walker>;
  readonly running: Set<Promise<void>>;
  readonly failures: AppError[];
  failuresInARow: number;
}

/**
 * Lists ranges of creation time with as many walkers at once as the quota can feed. When one runs out of work, the
 * walk with the most pages left is cut and its older part handed over, so that no skew of the data leaves calls unused
 * and no range is listed twice. Returns the first range, as far as the server's past goes.
 *
 * A walker whose calls fail for good leaves a gap, and the others go on. Throws the first failure when all have ended.
 */
export async function walkRanges(
  context: ListContext,
  ranges: readonly Range[],
  options: WalkOptions,
): Promise<Range | undefined> {
  const waiting = ranges.map((range, index) => createWalker(context, range, options.toPresent === true && index === 0));
  const [first] = waiting;
  const demand = createWalkerDemand(context.mps.callsPerSecond, context.source.pageSize);
  const shared = { active: new Set<Walker>(), running: new Set<Promise<void>>(), failures: [], failuresInARow: 0 };
  const pool: Pool = { context, options, demand, waiting, ...shared };
  fill(pool);
  while (pool.running.size > 0) await Promise.all(pool.running);
  context.signal.throwIfAborted();
  if (pool.failures[0]) throw pool.failures[0];
  return first?.walk.range;
}

const isHopeless = ({ failuresInARow }: Pool): boolean => failuresInARow >= maxFailuresInARow;

const isOver = (pool: Pool): boolean => isHopeless(pool) || pool.options.shouldStop?.() === true;

/** In the middle of a second with very many jobs a walker goes on: stopped there each time, it would never end. */
const mayStop = (pool: Pool, walker: Walker): boolean => isHopeless(pool) || (isOver(pool) && walker.isCheckpointed);

/** Puts to work as many walkers as there is demand for. */
function fill(pool: Pool): void {
  while (pool.active.size < pool.demand.wanted() && !isOver(pool)) {
    const next = pool.waiting.shift();
    if (next) launch(pool, next);
    else if (!shareWork(pool)) return;
  }
}

function launch(pool: Pool, walker: Walker): void {
  pool.active.add(walker);
  const ended = walk(pool, walker)
    .catch((error) => giveUp(pool, toAppError(error)))
    .then(() => {
      pool.active.delete(walker);
      pool.running.delete(ended);
      fill(pool);
    });
  pool.running.add(ended);
}

async function walk(pool: Pool, walker: Walker): Promise<void> {
  while (!walker.done && !mayStop(pool, walker)) {
    pool.context.signal.throwIfAborted();
    const trace = await stepWalker(pool.context, walker, pool.options);
    if (!trace) continue;
    pool.failuresInARow = 0;
    pool.demand.observe(trace);
    fill(pool);
  }
}

/** What MPS refuses to one walker it may grant to the others; anything else, such as a lost lease, concerns them all. */
function giveUp(pool: Pool, error: AppError): void {
  pool.failures.push(error);
  pool.failuresInARow = error.code.startsWith('mps_') ? pool.failuresInARow + 1 : maxFailuresInARow;
}

/** Cuts the longest walk for the walkers that are free. Returns whether that made work. */
function shareWork(pool: Pool): boolean {
  const [longest] = [...pool.active]
    .filter(({ done }) => !done)
    .map((walker) => ({ walker, pages: estimateWork(pool, walker) }))
    .sort((a, b) => b.pages - a.pages);
  if (!longest) return false;
  const parts = decideParts(longest.pages, pool.demand.wanted() - pool.active.size + 1);
  const { walk, rest } = splitWalk(longest.walker.walk, parts);
  longest.walker.walk = walk;
  longest.walker.isCut = rest.length > 0 || longest.walker.isCut;
  pool.waiting.push(...rest.map((range) => createWalker(pool.context, range, false)));
  return rest.length > 0;
}

/**
 * Pages left of a walk. Its last page tells of a burst that its whole does not show, but what lies beyond the burst
 * may be empty, and each wrong guess costs a call: so that is believed only while few calls were wasted.
 */
function estimateWork({ demand }: Pool, { walk, meanDensity, lastDensity }: Walker): number {
  const density = demand.isSparing() ? Math.max(meanDensity, lastDensity) : meanDensity;
  return estimatePages(walk, density, demand.jobsPerPage());
}

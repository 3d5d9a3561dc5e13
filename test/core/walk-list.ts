import type { Range } from '#core/range.ts';
import { splitWalk } from '#core/split.ts';
import { restartWalk, type Sighting, startWalk, takePage, type Walk } from '#core/walk.ts';
import type { List } from './list-server.ts';

/** A range to read, and how far past its end the listing goes. */
export interface Errand {
  readonly range: Range;
  readonly queryTo: number;
}

export interface WalkListOptions {
  readonly list: List;
  /** Told what each page lets the walk claim, with the ids delivered up to then. */
  readonly onClaim?: (covers: Range, delivered: ReadonlySet<string>) => void;
  /** After page n the walk is cut into so many parts, 1 of which goes on and the others begin later. */
  readonly cuts?: readonly number[];
}

/** More calls than any walk of these tests needs: one that makes them does not end. */
const manyCalls = 30_000;

/** Reads an errand to its end as a run does. */
export function walkList({ range, queryTo }: Errand, { list, onClaim, cuts = [] }: WalkListOptions) {
  const delivered = new Set<string>();
  const waiting: Walk[] = [startWalk(range, queryTo)];
  let walk = waiting.shift();
  for (let calls = 1; walk; calls += 1) {
    if (calls > manyCalls) throw new Error(`the walk did not end within ${manyCalls} calls`);
    const page = list({ from: walk.queryFrom, to: walk.queryTo, token: walk.token });
    if (!page || (page.nextToken !== undefined && page.nextToken === walk.token)) {
      walk = restartWalk(walk);
      continue;
    }
    for (const { id } of page.records) delivered.add(id);
    const step = takePage(walk, page.records, page.nextToken);
    if (step.covers) onClaim?.(step.covers, delivered);
    const { walk: next, rest } = splitWalk(step.walk, step.done ? 1 : (cuts[calls - 1] ?? 1));
    waiting.push(...rest.map((part) => startWalk(part, part.to)));
    walk = step.done ? waiting.shift() : next;
  }
  return delivered;
}

/** The jobs of a range that were not delivered. */
export const missing = (jobs: readonly Sighting[], { from, to }: Range, delivered: ReadonlySet<string>) =>
  jobs.filter(({ id, creationTime: at }) => at >= from && at < to && !delivered.has(id)).map(({ id }) => id);

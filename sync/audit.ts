import { addDifferences, type Difference, type DriftCounts, noDrift, totalDrift } from '#core/drift.ts';
import { createListedIds } from '#core/listed-ids.ts';
import { type Range, subtract } from '#core/range.ts';
import type { AuditStore } from '#db/audit-store.ts';
import type { CallCounts } from '#mps/client.ts';
import type { PageToStore } from '#sync/context.ts';
import { reviewSuspects } from '#sync/review-suspects.ts';
import type { RunOptions } from '#sync/run.ts';
import { walkRanges } from '#sync/walk-ranges.ts';

export interface AuditOptions extends Pick<RunOptions, 'source' | 'connect' | 'clock' | 'signal'> {
  readonly store: AuditStore;
  /** Creation time to hold against MPS. */
  readonly range: Range;
  /** How long to wait for a run of the sync that may mend what differs, in ms. */
  readonly patienceMs: number;
  /** Told after each page, and when there is something to wait for. */
  readonly onEvent?: ((event: AuditEvent) => void) | undefined;
}

export type AuditEvent =
  | { readonly kind: 'progress'; readonly listed: number; readonly left: readonly Range[]; readonly counts: CallCounts }
  | { readonly kind: 'waiting'; readonly suspects: number; readonly ms: number };

/** What an audit found. */
export interface AuditReport extends CallCounts {
  /** Jobs that MPS lists in the range, each once. */
  readonly listed: number;
  /** Records listed that name no usable id or creation time, and so are no jobs that could be stored. */
  readonly unusable: number;
  readonly drift: DriftCounts;
  /** Jobs that differ and changed at MPS at every look: neither right nor wrong. */
  readonly changing: number;
  /** Differences counted without a second look, because there are very many. */
  readonly unchecked: number;
  /** Some of those that differ, newest first. */
  readonly examples: readonly Difference[];
}

/** Differences that are looked at again one by one; a copy with more is not merely a minute behind. */
const maxSuspects = 20_000;

/** What the list has shown so far. */
interface Findings {
  readonly suspects: Difference[];
  listed: number;
  unusable: number;
  /** Those beyond {@link maxSuspects}. */
  unchecked: DriftCounts;
}

/**
 * Lists a range anew, out of history's part of the quota, and holds it against what is stored, page by page. What
 * differs is looked at again, so that jobs which changed meanwhile raise no alarm. Writes nothing but call slots.
 *
 * Throws what keeps it from reading the whole range, and the signal's reason when it is stopped.
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { source, clock, signal } = options;
  const mps = options.connect(source, signal);
  const context = { source, mps, clock, signal };
  const found: Findings = { suspects: [], listed: 0, unusable: 0, unchecked: noDrift };
  const ids = createListedIds();
  await walkRanges(context, [options.range], {
    lane: 'history',
    onPage: async (page) => {
      await holdAgainstStore(options, found, ids, page);
      const left = subtract([options.range], ids.complete());
      options.onEvent?.({ kind: 'progress', listed: found.listed, left, counts: mps.counts() });
    },
  });
  const { confirmed, changing } = await reviewSuspects(context, options, found.suspects);
  return {
    listed: found.listed,
    unusable: found.unusable,
    drift: addDifferences(found.unchecked, confirmed),
    changing,
    unchecked: totalDrift(found.unchecked),
    examples: confirmed.sort((a, b) => b.creationTime - a.creationTime),
    ...mps.counts(),
  };
}

async function holdAgainstStore(
  { source, store, range }: AuditOptions,
  found: Findings,
  listedIds: ReturnType<typeof createListedIds>,
  { jobs, rejections, covers }: PageToStore,
): Promise<void> {
  const within = jobs.filter(({ creationTime }) => creationTime >= range.from && creationTime < range.to);
  const { fresh, complete } = listedIds.add(within, covers);
  found.listed += fresh.length;
  found.unusable += rejections.length;
  addFound(found, await store.selectDiffering(source.name, fresh));
  for (const part of complete) {
    const { count, first } = await store.selectUnlisted(source.name, part, maxSuspects);
    addFound(found, first);
    found.unchecked = { ...found.unchecked, extra: found.unchecked.extra + count - first.length };
  }
}

function addFound(found: Findings, differences: readonly Difference[]): void {
  const room = maxSuspects - found.suspects.length;
  found.suspects.push(...differences.slice(0, room));
  found.unchecked = addDifferences(found.unchecked, differences.slice(room));
}

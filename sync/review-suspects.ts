import pMap from 'p-map';
import { type Difference, reviewSuspect, type SecondLook, type Suspect } from '#core/drift.ts';
import { parseRecords } from '#core/job.ts';
import { maxIdsPerCall } from '#mps/client.ts';
import type { AuditOptions } from '#sync/audit.ts';
import type { ListContext } from '#sync/context.ts';
import { createWalkerDemand } from '#sync/walker-demand.ts';

/** What became of the suspects. */
export interface Verdict {
  readonly confirmed: Difference[];
  /** How many changed at MPS between any two looks. */
  readonly changing: number;
}

/** Looks after which a job that keeps changing is left alone. */
const maxReviews = 4;

const pollMs = 1_000;

/**
 * Tells what is wrong from what is under way: asks MPS again, by id, for each job that differed, and holds it against
 * what is stored by then. Whatever still differs is given to the next run of the sync to mend, and looked at again
 * once one has been; where none comes in time, nobody keeps the copy, and it is as wrong as it looks.
 */
export async function reviewSuspects(
  context: ListContext,
  options: AuditOptions,
  differences: readonly Difference[],
): Promise<Verdict> {
  const confirmed: Suspect[] = [];
  let left = await lookAgain(
    context,
    options,
    differences.map((difference) => ({ ...difference, isSteady: false })),
  );
  for (let review = 1; review < maxReviews && left.length > 0; review += 1) {
    const wasLookedAt = await waitForLook(options, left.length);
    left = await lookAgain(context, options, left);
    confirmed.push(...left.filter(({ isSteady }) => isSteady || !wasLookedAt));
    left = wasLookedAt ? left.filter(({ isSteady }) => !isSteady) : [];
  }
  return { confirmed: confirmed.map(toDifference), changing: left.length };
}

const toDifference = ({ id, creationTime, kind }: Suspect): Difference => ({ id, creationTime, kind });

/** Waits for a run that begins from now on and looks at everything due. Returns whether there was one. */
async function waitForLook(
  { source, store, clock, signal, patienceMs, onEvent }: AuditOptions,
  suspects: number,
): Promise<boolean> {
  const { now: since } = await store.selectLook(source.name);
  const endsAt = clock.now() + patienceMs;
  if (patienceMs > 0) onEvent?.({ kind: 'waiting', suspects, ms: patienceMs });
  for (let left = patienceMs; left > 0; left = endsAt - clock.now()) {
    await clock.sleep(Math.min(pollMs, left), signal);
    const { lookedAt } = await store.selectLook(source.name);
    if (lookedAt !== undefined && lookedAt >= since) return true;
  }
  return false;
}

async function lookAgain(
  context: ListContext,
  options: AuditOptions,
  suspects: readonly Suspect[],
): Promise<Suspect[]> {
  const batches = Array.from({ length: Math.ceil(suspects.length / maxIdsPerCall) }, (_, index) =>
    suspects.slice(index * maxIdsPerCall, (index + 1) * maxIdsPerCall),
  );
  const concurrency = createWalkerDemand(context.mps.callsPerSecond, 1).wanted();
  const left = await pMap(batches, (batch) => lookAtBatch(context, options, batch), { concurrency });
  return left.flat();
}

async function lookAtBatch(
  { mps, signal }: ListContext,
  { source, store }: AuditOptions,
  batch: readonly Suspect[],
): Promise<Suspect[]> {
  signal.throwIfAborted();
  const asked = [...new Set(batch.map(({ id }) => id))];
  const { records, missingIds } = await mps.fetchJobs(asked, 'history');
  const jobs = new Map(parseRecords(records).jobs.map((job) => [job.id, job]));
  const differing = new Map(
    (await store.selectDiffering(source.name, [...jobs.values()])).map(({ id, kind }) => [id, kind]),
  );
  const stored = await store.selectStored(source.name, batch);
  return batch.flatMap((suspect) => {
    const job = jobs.get(suspect.id);
    const kind = differing.get(suspect.id);
    const look: SecondLook = {
      answer: job ? 'known' : missingIds.includes(suspect.id) ? 'unknown' : 'unmentioned',
      record: job && { text: job.text, creationTime: job.creationTime },
      differs: kind === 'extra' ? undefined : kind,
      isStored: stored.some(({ id, creationTime }) => id === suspect.id && creationTime === suspect.creationTime),
    };
    return reviewSuspect(suspect, look) ?? [];
  });
}

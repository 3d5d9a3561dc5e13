import type { AppError } from '#core/errors.ts';
import type { Range } from '#core/range.ts';
import { noCounts, type RunCounts, type RunOutcome } from '#core/run.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { CallCounts } from '#mps/client.ts';
import type { PageToStore } from '#sync/context.ts';

const pageFields = ['inserted', 'updated', 'unchanged', 'transitions', 'rejected'] as const;

/** Opens the row of a run in `mps.sync_run` and keeps count of what the run does. */
export async function createRunRecord(options: {
  store: SyncStore;
  source: string;
  fence: number;
  callCounts: () => CallCounts;
}) {
  const { store, source, fence, callCounts } = options;
  const id = await store.insertRun({ source, fence });
  const tally: { -readonly [Field in keyof RunCounts]: RunCounts[Field] } = { ...noCounts };
  let window: Range | undefined;
  const counts = (): RunCounts => ({ ...tally, ...callCounts() });
  return {
    id,
    counts,
    window: () => window,
    setWindow: (range: Range) => {
      window = range;
    },
    /** Writes a page under the run's fence and counts what became of its jobs. */
    async storePage({ read, ...page }: PageToStore): Promise<void> {
      const written = await store.writePage({ source, runId: id, fence, ...page });
      tally.pages += 1;
      tally.read += read;
      for (const field of pageFields) tally[field] += written[field];
    },
    /** Shows how far the run is. */
    update: () => store.updateRun({ id, window, counts: counts() }),
    finish: (outcome: RunOutcome, error: AppError | undefined) =>
      store.finishRun({ id, window, counts: counts(), outcome, errorCode: error?.code, error: error?.message }),
  };
}

export type RunRecord = Awaited<ReturnType<typeof createRunRecord>>;

import { seedHistory } from '#simulator/generate.ts';
import type { RawJob } from '#simulator/job.ts';
import { JobModel } from '#simulator/job-model.ts';

/** The present of the pages in these tests. */
export const now = Date.parse('2026-03-02T10:30:00Z');

/** A day of jobs as MPS lists them, like those of the demo. */
export function makeJobs(count = 1_500): RawJob[] {
  const model = new JobModel({ now: () => now });
  const day = 86_400_000;
  seedHistory(model, { count, from: now - day, to: now - 2_000, skew: 'bursty', stuckShare: 0.01, seed: 7 });
  return model.all();
}

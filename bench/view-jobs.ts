/** How soon `/v1/jobs` answers, by every combination of its filters. */

import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toMedian } from './statistics.ts';
import { type Ask, expectOk, type Timed, timeOf } from './view-ask.ts';
import { type JobsRequest, type SampleJob, toCombinations } from './view-requests.ts';

interface JobsOptions {
  /** Jobs of how many ages are asked for, two of each. */
  readonly ages: number;
  /** 1 asks every combination. */
  readonly every: number;
  readonly limit?: number;
  readonly withIds?: boolean;
  readonly say: (text: string) => void;
}

/**
 * The time of each combination: the middle of three, so that one pause of a busy machine does not count; the first of all, not timed,
 * also reads what is in no cache. Where a page is followed by another, that one too.
 */
export async function measureJobs(
  ask: Ask,
  database: Database,
  { ages, every, limit, withIds, say }: JobsOptions,
): Promise<Timed[]> {
  const samples = await readSamples(database, ages);
  const requests = samples
    .flatMap((job, round) => toCombinations(job, round, { limit, withIds }))
    .filter((_, index) => index % every === 0);
  const of = `${limit === undefined ? '' : `?limit=${limit}`}${withIds ? ' by ids' : ''}`;
  say(`view: ${requests.length} requests of /v1/jobs${of}, four times each`);
  const timed: Timed[] = [];
  for (const request of requests) {
    const cursor = await measureRequest(ask, request, timed);
    if (cursor === null) continue;
    const separator = request.path.includes('?') ? '&' : '?';
    const path = `${request.path}${separator}cursor=${cursor}`;
    await measureRequest(ask, { name: `${request.name}, behind a cursor`, path }, timed);
  }
  return timed;
}

async function measureRequest(ask: Ask, { name, path }: JobsRequest, timed: Timed[]): Promise<string | null> {
  const answer = await expectOk(await ask(path));
  const { next_cursor: cursor } = (await answer.json()) as { next_cursor: string | null };
  const sample: number[] = [];
  for (let round = 0; round < 3; round += 1) sample.push(await timeOf(ask, path));
  timed.push({ name, path, ms: toMedian(sample) });
  return cursor;
}

/** Jobs of all ages, one that failed and one that did not of each. */
async function readSamples(database: Database, ages: number): Promise<SampleJob[]> {
  const samples: SampleJob[] = [];
  for (let age = 0; age < ages; age += 1) {
    for (const state of ['Fail', 'Success']) {
      const rows = await database.query<SampleJob>(sql`
        select id, source, pipeline_id as pipeline, state, code, input_object as input, output_object as output,
          user_data as "userData", extract(epoch from creation_time)::float8 as created,
          extract(epoch from changed_at)::float8 as changed,
          array(select other.id from mps.job as other where other.creation_time <= job.creation_time
            order by other.creation_time desc, other.id desc limit 100) as ids
        from mps.job
        where state = ${state}::text and creation_time <= (
          select max(creation_time) - ${age / ages}::float8 * (max(creation_time) - min(creation_time)) from mps.job)
        order by creation_time desc, id desc limit 1`);
      samples.push(...rows);
    }
  }
  return samples;
}

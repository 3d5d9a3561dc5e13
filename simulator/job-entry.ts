import { type RawJob, type ScheduledJob, type SnapshotState, stateAt } from './job.ts';
import type { Position } from './job-order.ts';
import { parseUtcTime } from './utc-time.ts';

/** How `Code` and `Message` look on a job that has not failed: left out (today's documentation) or `""` (old samples). */
export type AbsentAs = 'absent' | 'empty';

/** What the model keeps of one job. Its JSON is made once a state and then served from memory, in bytes. */
export interface JobEntry extends Position {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly pipelineId: unknown;
  /** The listing leaves the job out before this time (epoch milliseconds). */
  readonly listedFrom: number;
  /** MPS does not know the job before this time (epoch milliseconds). */
  readonly knownFrom: number;
  readonly source: JobSource;
  json: Buffer | undefined;
  jsonState: unknown;
}

/** A job served exactly as given, whatever the time. */
interface LiteralJob {
  readonly raw: RawJob;
}

/** Where the content of a job comes from. */
export type JobSource = ScheduledJob | LiteralJob;

/** Tells a scheduled job from a literal job object. */
export function toSource(job: ScheduledJob | RawJob): JobSource {
  return 'describe' in job && typeof job.describe === 'function' ? (job as ScheduledJob) : { raw: job as RawJob };
}

/** The id of a job, or undefined when a literal job has no usable one. */
export function idOf(source: JobSource): string | undefined {
  const id = 'describe' in source ? source.id : source.raw.Id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** A new entry. A literal job is known and listed at once; one without a readable creation time counts as created `now`. */
export function createEntry(
  source: JobSource,
  place: Pick<Position, 'id' | 'tie'>,
  now: number,
  delayOf: (job: Pick<JobEntry, 'id' | 'createdAt' | 'pipelineId'>) => number,
): JobEntry {
  const scheduled = 'describe' in source;
  const createdAt = scheduled ? source.submittedAt : (literalCreatedAt(source) ?? now);
  const pipelineId = scheduled ? source.pipelineId : source.raw.PipelineId;
  const knownFrom = scheduled ? createdAt : Number.NEGATIVE_INFINITY;
  const delayMs = delayOf({ id: place.id, createdAt, pipelineId });
  return {
    id: place.id,
    second: Math.floor(createdAt / 1000),
    tie: place.tie,
    createdAt,
    pipelineId,
    listedFrom: delayMs > 0 ? createdAt + delayMs : knownFrom,
    knownFrom,
    source,
    json: undefined,
    jsonState: undefined,
  };
}

/** The state of a job at a time; a literal job has the `State` it was given, also an unknown one or none. */
export function entryState(entry: JobEntry, now: number): unknown {
  return 'describe' in entry.source ? stateAt(entry.source, now) : entry.source.raw.State;
}

/** The job object at a time. */
export function entryRaw({ source }: JobEntry, now: number, absentAs: AbsentAs): RawJob {
  return 'describe' in source ? describe(source, stateAt(source, now), absentAs) : structuredClone(source.raw);
}

/** The JSON of the job at a time, UTF-8. */
export function entryJson(entry: JobEntry, now: number, absentAs: AbsentAs): Buffer {
  const state = entryState(entry, now);
  if (entry.json === undefined || entry.jsonState !== state) {
    entry.json = Buffer.from(JSON.stringify(entryRaw(entry, now, absentAs)));
    entry.jsonState = state;
  }
  return entry.json;
}

function literalCreatedAt({ raw }: LiteralJob): number | undefined {
  return typeof raw.CreationTime === 'string' ? parseUtcTime(raw.CreationTime) : undefined;
}

function describe(job: ScheduledJob, state: SnapshotState, absentAs: AbsentAs): RawJob {
  const raw = job.describe(state);
  return absentAs === 'empty' && state !== 'Fail' ? { ...raw, Code: '', Message: '' } : raw;
}

import type { ExampleJob } from '#core/alert-notification.ts';
import type { CodeCount, Condition } from '#core/alert-record.ts';
import type { AlertKey } from '#core/alert-silence.ts';
import { toCount, toQuantity } from '#core/plain-text.ts';
import type { Range } from '#core/range.ts';

/** Counts of one pipeline's finished jobs, by code. Times in epoch seconds. */
export interface FinishedJobs {
  readonly source: string;
  readonly pipelineId: string;
  readonly finished: number;
  readonly failed: number;
  readonly codes: readonly CodeCount[];
  readonly examples: readonly ExampleJob[];
}

/** Pipelines of whose finished jobs, created in `span`, too many failed. Few jobs prove nothing. */
export function judgeFailureRate(
  pipelines: readonly FinishedJobs[],
  span: Range,
  limits: { rate: number; minJobs: number },
): Condition[] {
  return pipelines
    .filter(({ finished, failed }) => finished >= limits.minJobs && failed > finished * limits.rate)
    .map(({ source, pipelineId, finished, failed, codes, examples }) => ({
      ...toCondition({ rule: 'failure-rate', source, pipelineId, code: '' }),
      jobs: failed,
      topCodes: [...codes].sort((a, b) => b.jobs - a.jobs).slice(0, 5),
      examples: examples.slice(0, 3),
      createdFrom: span.from,
      createdTo: span.to,
      detail: `${toCount(failed)} of ${toQuantity(finished, 'job')} created since ${toClock(span.from)} failed (${toPercent(failed / finished)}, limit ${toPercent(limits.rate)})`,
    }));
}

/** Open jobs of one pipeline in one state that are older than they should be. */
export interface StuckJobs {
  readonly source: string;
  readonly pipelineId: string;
  readonly state: string;
  readonly jobs: number;
  readonly oldest: number;
  readonly newest: number;
  readonly examples: readonly ExampleJob[];
}

export function judgeStuckJobs(groups: readonly StuckJobs[], now: number, limitSeconds: number): Condition[] {
  return groups.map(({ source, pipelineId, state, jobs, oldest, newest, examples }) => ({
    ...toCondition({ rule: 'job-stuck', source, pipelineId, code: state }),
    jobs,
    examples: examples.slice(0, 3),
    createdFrom: oldest,
    createdTo: newest,
    detail: `${toQuantity(jobs, 'job')} in state ${state} for more than ${toSpan(limitSeconds)}, the oldest for ${toSpan(now - oldest)}`,
  }));
}

/** How the sync of one source goes. Times in epoch seconds. */
export interface SourceHealth {
  readonly source: string;
  /** Up to when it was read; `null` before anything was. */
  readonly coveredTo: number | null;
  /** When the last run began that read the lookback and looked at all open jobs that were due; at first, the first. */
  readonly lookedAt: number | null;
  /** When it was first known of. */
  readonly knownSince: number;
  readonly gapSeconds: number;
  /** Of the last finished runs, newest first; `null` for one that did not fail. */
  readonly lastErrors: readonly (string | null)[];
}

export function judgeStaleness(sources: readonly SourceHealth[], now: number, limitSeconds: number): Condition[] {
  return sources.flatMap((health) => {
    const { source } = health;
    const trouble = describeStaleness(health, (since) => now - since > limitSeconds, now);
    if (trouble === undefined) return [];
    const detail = `${trouble} (limit ${toSpan(limitSeconds)})`;
    return [{ ...toCondition({ rule: 'sync-stale', source, pipelineId: '', code: '' }), detail }];
  });
}

/**
 * A walk stores its newest page first, so a source whose runs always break off later is read up to the present all the same: that
 * jobs are no longer looked at again shows in the look alone.
 */
function describeStaleness(
  { coveredTo, lookedAt, knownSince }: SourceHealth,
  isTooLong: (since: number) => boolean,
  now: number,
): string | undefined {
  if (coveredTo === null) {
    return isTooLong(knownSince)
      ? `nothing was read in the ${toSpan(now - knownSince)} since the first attempt`
      : undefined;
  }
  if (isTooLong(coveredTo)) return `nothing newer than ${toClock(coveredTo)} was read: ${toSpan(now - coveredTo)} ago`;
  if (lookedAt === null || !isTooLong(lookedAt)) return undefined;
  return `no run since ${toClock(lookedAt)} has looked at all recent and open jobs: ${toSpan(now - lookedAt)} ago`;
}

/** What is remembered of a source's gaps between rounds: how many seconds, and since when they have not become fewer. */
export interface GapMemory {
  readonly seconds: number;
  readonly since: number;
}

/** Gaps that become fewer are being read: their time begins anew. */
export function rememberGaps(
  memory: Readonly<Record<string, GapMemory>>,
  sources: readonly SourceHealth[],
  now: number,
): Record<string, GapMemory> {
  return Object.fromEntries(
    sources
      .filter(({ gapSeconds }) => gapSeconds > 0)
      .map(({ source, gapSeconds }) => {
        const known = memory[source];
        const since = known && gapSeconds >= known.seconds ? known.since : now;
        return [source, { seconds: gapSeconds, since }];
      }),
  );
}

export function judgeGaps(memory: Readonly<Record<string, GapMemory>>, now: number, limitSeconds: number): Condition[] {
  return Object.entries(memory)
    .filter(([, { since }]) => now - since > limitSeconds)
    .map(([source, { seconds, since }]) => ({
      ...toCondition({ rule: 'sync-gaps', source, pipelineId: '', code: '' }),
      detail: `${toSpan(seconds)} of creation time was not read, and that has not become less since ${toClock(since)}`,
    }));
}

/** Only somebody who changes something can mend these: no use waiting for a second one. */
const fatalCodes = ['mps_credentials', 'mps_forbidden'];
const failuresInARow = 3;

export function judgeFailingSources(sources: readonly SourceHealth[]): Condition[] {
  return sources.flatMap(({ source, lastErrors }) => {
    const [last] = lastErrors;
    if (!last) return [];
    const isFatal = fatalCodes.includes(last);
    const inARow = lastErrors.slice(0, failuresInARow).filter((code) => code !== null).length;
    if (!isFatal && inARow < failuresInARow) return [];
    const detail = isFatal
      ? `the last run failed: ${last}${last === 'mps_forbidden' ? ' (no permission)' : ' (credentials)'}`
      : `the last ${failuresInARow} runs failed, the newest of ${last}`;
    return [{ ...toCondition({ rule: 'source-failing', source, pipelineId: '', code: last }), detail }];
  });
}

export interface CountedJobs {
  readonly source: string;
  readonly pipelineId: string;
  readonly text: string;
  readonly jobs: number;
}

/** States that MPS did not have when this was written: their jobs are kept as open ones. */
export function judgeUnknownStates(counts: readonly CountedJobs[], span: Range): Condition[] {
  return counts.map(({ source, pipelineId, text, jobs }) => ({
    ...toCondition({ rule: 'unknown-state', source, pipelineId, code: text }),
    jobs,
    createdFrom: span.from,
    createdTo: span.to,
    detail: `${toQuantity(jobs, 'job')} in ${text ? `state ${text}, which is not known` : 'no state at all'}: taken to be open`,
  }));
}

/** Records that could not be stored as they came. */
export function judgeRejections(counts: readonly { source: string; records: number }[], span: Range): Condition[] {
  return counts.map(({ source, records }) => ({
    ...toCondition({ rule: 'rejected-records', source, pipelineId: '', code: '' }),
    jobs: records,
    detail: `${toQuantity(records, 'record')} could not be stored as MPS sent them since ${toClock(span.from)}: see mps.rejected_record`,
  }));
}

const toCondition = (key: AlertKey): Omit<Condition, 'detail'> => ({
  key,
  jobs: 0,
  topCodes: [],
  examples: [],
  createdFrom: null,
  createdTo: null,
});

const toPercent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

/** `2026-01-31 08:00 UTC`. */
export const toClock = (epochSeconds: number): string =>
  `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A length of time in words, rounded down: `3 h 20 min`. */
export function toSpan(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.max(0, Math.floor(seconds))} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

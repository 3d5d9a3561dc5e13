import type { AlertRule } from '#core/alert-notification.ts';
import type { Condition } from '#core/alert-record.ts';
import {
  type GapMemory,
  judgeFailingSources,
  judgeFailureRate,
  judgeGaps,
  judgeRejections,
  judgeStaleness,
  judgeStuckJobs,
  judgeUnknownStates,
  rememberGaps,
} from '#core/alert-rules.ts';
import type { AlertSettings } from '#core/alert-settings.ts';
import {
  selectFailedExamples,
  selectFinishedJobs,
  selectRejections,
  selectSourceHealth,
  selectStuckJobs,
  selectUnknownStates,
} from '#db/alert-facts.ts';
import type { Transaction } from '#db/transaction.ts';

export interface ConditionRequest {
  readonly database: Transaction;
  readonly settings: AlertSettings;
  /** Names of the configured sources: those that were configured once are nobody's trouble. */
  readonly sources: readonly string[];
  readonly alertingSince: number;
  readonly gaps: Readonly<Record<string, GapMemory>>;
  /** Epoch seconds. */
  readonly now: number;
}

/** All that the rules find to be wrong now, and what they have to remember. */
export async function selectConditions(
  request: ConditionRequest,
): Promise<{ conditions: Condition[]; gaps: Record<string, GapMemory> }> {
  const { database, settings, sources, now } = request;
  const day = { from: Math.max(now - settings.maxAgeSeconds, request.alertingSince - settings.stuckSeconds), to: now };
  const hours = { from: Math.floor(day.from / 3600) * 3600, to: now };
  const health = await selectSourceHealth(database, { sources, gapsFrom: now - settings.maxAgeSeconds });
  const gaps = rememberGaps(request.gaps, health, now);
  const judged: Record<Exclude<AlertRule, 'job-failed'>, () => Condition[] | Promise<Condition[]>> = {
    'failure-rate': () => selectHighRates(request),
    'job-stuck': async () => {
      const stuck = await selectStuckJobs(database, { from: day.from, to: now - settings.stuckSeconds });
      return judgeStuckJobs(stuck, now, settings.stuckSeconds);
    },
    'sync-stale': () => judgeStaleness(health, now, settings.staleSeconds),
    'sync-gaps': () => judgeGaps(gaps, now, settings.staleSeconds),
    'source-failing': () => judgeFailingSources(health),
    'unknown-state': async () => judgeUnknownStates(await selectUnknownStates(database, hours.from), hours),
    'rejected-records': async () => {
      const from = Math.max(now - settings.maxAgeSeconds, request.alertingSince);
      return judgeRejections(await selectRejections(database, from), { from, to: now });
    },
  };
  const conditions: Condition[] = [];
  for (const rule of settings.rules) if (rule !== 'job-failed') conditions.push(...(await judged[rule]()));
  return { conditions, gaps };
}

/** The present hour and the one before: counts are kept by the hour of creation. Examples are read where they are needed. */
async function selectHighRates({ database, settings, now }: ConditionRequest): Promise<Condition[]> {
  const span = { from: Math.floor(now / 3600) * 3600 - 3600, to: now };
  const limits = { rate: settings.failureRate, minJobs: settings.failureMinJobs };
  const pipelines = (await selectFinishedJobs(database, span.from)).map((counts) => ({ ...counts, examples: [] }));
  const high = judgeFailureRate(pipelines, span, limits);
  const conditions: Condition[] = [];
  for (const condition of high) {
    const examples = await selectFailedExamples(database, { ...condition.key, from: span.from });
    conditions.push({ ...condition, examples });
  }
  return conditions;
}

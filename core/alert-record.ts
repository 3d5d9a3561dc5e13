import { addActivity, type GroupProgress } from '#core/alert-group.ts';
import type { ExampleJob } from '#core/alert-notification.ts';
import type { AlertKey } from '#core/alert-silence.ts';

export interface CodeCount {
  readonly code: string | null;
  readonly jobs: number;
}

/** What a group has to tell besides how far its story is. Times in epoch seconds. */
interface GroupFacts {
  readonly jobs: number;
  readonly jobsTotal: number;
  /** Creation time of the oldest and the newest of `jobs`. */
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
  /** When the first of `jobs` was seen to fail. */
  readonly changedFrom: number | null;
  readonly topCodes: readonly CodeCount[];
  readonly examples: readonly ExampleJob[];
  readonly detail: string;
}

/** A group as it is stored. */
export interface AlertGroup extends AlertKey, GroupProgress, GroupFacts {
  readonly notifiedStatus: 'firing' | 'resolved' | null;
  readonly silenceId: number | null;
}

/** A job that failed, out of the outbox. */
export interface FailedJob extends ExampleJob {
  readonly observedAt: number;
}

/** What a rule finds to be so at a moment. */
export interface Condition extends Omit<GroupFacts, 'jobsTotal' | 'changedFrom'> {
  readonly key: AlertKey;
}

const maxExamples = 3;

/** A group with more failed jobs in it. Never called with none. */
export function addFailures(key: AlertKey, group: AlertGroup | undefined, jobs: readonly FailedJob[]): AlertGroup {
  const observed = jobs.map(({ observedAt }) => observedAt);
  const created = jobs.map(({ creationTime }) => creationTime);
  const began = addActivity(group, { at: minOf(observed), events: jobs.length });
  const progress = { ...began, activeAt: Math.max(began.activeAt, maxOf(observed)) };
  const untold = group && group.status !== 'resolved' && group.unsaid > 0 ? group : undefined;
  const total = group && group.status !== 'resolved' ? group.jobsTotal : 0;
  const newest = [...jobs].sort((a, b) => b.observedAt - a.observedAt || b.creationTime - a.creationTime);
  return {
    ...key,
    ...progress,
    notifiedStatus: group?.status === 'resolved' ? null : (group?.notifiedStatus ?? null),
    silenceId: group?.silenceId ?? null,
    jobs: progress.unsaid,
    jobsTotal: total + jobs.length,
    createdFrom: Math.min(minOf(created), untold?.createdFrom ?? Number.POSITIVE_INFINITY),
    createdTo: Math.max(maxOf(created), untold?.createdTo ?? 0),
    changedFrom: Math.min(minOf(observed), untold?.changedFrom ?? Number.POSITIVE_INFINITY),
    topCodes: [{ code: key.code || null, jobs: progress.unsaid }],
    examples: [...newest.map(toExample), ...(untold?.examples ?? [])].slice(0, maxExamples),
    detail: group?.detail ?? '',
  };
}

/** A group whose condition holds at a moment. */
export function holdCondition(group: AlertGroup | undefined, condition: Condition, now: number): AlertGroup {
  const { key, ...facts } = condition;
  const open = group && group.status !== 'resolved' ? group : undefined;
  return {
    ...key,
    ...addActivity(group, { at: now, events: 0 }),
    ...facts,
    jobsTotal: Math.max(facts.jobs, open?.jobsTotal ?? 0),
    changedFrom: null,
    notifiedStatus: open?.notifiedStatus ?? null,
    silenceId: group?.silenceId ?? null,
  };
}

const toExample = ({ id, creationTime, inputObject, message }: FailedJob): ExampleJob => ({
  id,
  creationTime,
  inputObject,
  message,
});

const minOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b));
const maxOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b));

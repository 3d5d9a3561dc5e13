import { words } from '#core/words.ts';

/** What can be told of, each judged by a rule of its own in `core/`. */
export const alertRules = words(
  'job-failed',
  'failure-rate',
  'job-stuck',
  'sync-stale',
  'sync-gaps',
  'source-failing',
  'unknown-state',
  'rejected-records',
);
export type AlertRule = (typeof alertRules)[number];

/** A job named as an example of many. */
export interface ExampleJob {
  readonly id: string;
  readonly creationTime: number;
  readonly inputObject: string | null;
  readonly message: string | null;
}

/** What one group has to say at one moment, for any channel. Times in epoch seconds. */
export interface Notification {
  readonly status: 'firing' | 'resolved';
  /** It was resolved before and fires again. */
  readonly again: boolean;
  readonly rule: AlertRule;
  readonly source: string;
  readonly pipelineId: string | null;
  readonly code: string | null;
  readonly startsAt: number;
  readonly endsAt: number | null;
  /** Jobs since the last notification of this group. */
  readonly jobs: number;
  /** Jobs since it began to fire. */
  readonly jobsTotal: number;
  /** The most frequent codes first; `null` where MPS gave none. */
  readonly topCodes: readonly { readonly code: string | null; readonly jobs: number }[];
  /** At most three. */
  readonly examples: readonly ExampleJob[];
  /** One plain sentence of fact: "12 of 40 jobs failed in the last hour (30%, limit 20%)". */
  readonly detail: string;
  /** The dashboard, at exactly these jobs; `null` where `PUBLIC_URL` is not set. */
  readonly url: string | null;
}

import type { AlertRule, ExampleJob, Notification } from '#core/alert-notification.ts';
import { toFailureMeaning } from '#core/failure-codes.ts';
import { toCount, toPlainLine, toQuantity, toTimeText } from '#core/plain-text.ts';
import { words } from '#core/words.ts';

/** How much is told of one notification: everything, what is needed to act, or one line. */
export const tellings = words('full', 'short', 'line');
export type Telling = (typeof tellings)[number];

/** One fact; its text may have come from elsewhere and is plain: a channel escapes it for its own markup. */
interface Fact {
  readonly label: string;
  readonly text: string;
}

/** What people read of one notification, the same in every channel. */
export interface AlertText {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** The dashboard, at exactly these jobs. */
  readonly url: string | null;
}

/** Longer ones would not leave room for what is said. */
const longestUrl = 1000;

/** A link that can be put into a message, `null` where there is none. */
export const toLink = (url: string | null): string | null =>
  url !== null && url.length <= longestUrl && /^https?:\/\/[!-~]+$/.test(url) ? url : null;

/** Puts a notification into words. */
export function toAlertText(notification: Notification, telling: Telling): AlertText {
  const facts = telling === 'line' ? [] : toFacts(notification, telling);
  return { title: toTitle(notification), facts, url: telling === 'line' ? null : toLink(notification.url) };
}

function toTitle(notification: Notification): string {
  const { status, again } = notification;
  const what = whats[notification.rule](notification);
  return `${status === 'resolved' ? 'RESOLVED' : again ? 'FIRING AGAIN' : 'FIRING'}: ${what}, ${toPlace(notification)}`;
}

const jobsOf = ({ status, jobs, jobsTotal }: Notification) =>
  toQuantity(status === 'resolved' ? jobsTotal : jobs, 'job');
const codeOf = (code: string | null) => (code === null ? 'no code' : toPlainLine(code, 80));

const whats: Record<AlertRule, (notification: Notification) => string> = {
  'job-failed': (notification) => `${jobsOf(notification)} failed with ${codeOf(notification.code)}`,
  'failure-rate': () => 'too many jobs fail',
  'job-stuck': (notification) => `${jobsOf(notification)} stuck`,
  'sync-stale': () => 'the copy is out of date',
  'sync-gaps': () => 'the copy has gaps',
  'source-failing': () => 'MPS cannot be read',
  'unknown-state': (notification) => `${jobsOf(notification)} in an unknown state`,
  'rejected-records': () => 'records could not be stored as they came',
};

function toPlace({ source, pipelineId }: Notification): string {
  const pipeline = pipelineId === null ? '' : `, pipeline ${toPlainLine(pipelineId, 64)}`;
  return `source ${toPlainLine(source, 60)}${pipeline}`;
}

function toFacts(notification: Notification, telling: Telling): Fact[] {
  const facts = [
    { label: 'What', text: toPlainLine(notification.detail, telling === 'full' ? 400 : 200) },
    { label: 'Since', text: toSince(notification) },
    ...toJobsFact(notification),
  ];
  return telling === 'full' ? [...facts, ...toCodeFacts(notification), ...notification.examples.map(toExample)] : facts;
}

function toSince({ startsAt, endsAt }: Notification): string {
  return endsAt === null ? toTimeText(startsAt) : `${toTimeText(startsAt)}, until ${toTimeText(endsAt)}`;
}

function toJobsFact({ jobs, jobsTotal }: Notification): Fact[] {
  if (jobsTotal === 0) return [];
  return [{ label: 'Jobs', text: `${toCount(jobs)} since the last message, ${toCount(jobsTotal)} since it began` }];
}

const mostCodes = 5;

function toCodeFacts({ topCodes }: Notification): Fact[] {
  const facts = topCodes.slice(0, mostCodes).map(({ code, jobs }) => {
    const { meaning, remedy } = toFailureMeaning(code);
    return { label: 'Code', text: `${codeOf(code)} (${toQuantity(jobs, 'job')}): ${meaning} ${remedy}` };
  });
  const rest = topCodes.slice(mostCodes);
  const jobs = rest.reduce((sum, each) => sum + each.jobs, 0);
  const more = { label: 'Code', text: `${toQuantity(rest.length, 'more code')} (${toQuantity(jobs, 'job')})` };
  return rest.length > 0 ? [...facts, more] : facts;
}

function toExample({ id, creationTime, inputObject, message }: ExampleJob): Fact {
  const input = inputObject === null ? '' : `, input ${toPlainLine(inputObject, 250)}`;
  const said = message === null ? '' : `: ${toPlainLine(message, 250)}`;
  return { label: 'Example', text: `job ${toPlainLine(id, 64)}, created ${toTimeText(creationTime)}${input}${said}` };
}

import type { Notification } from '#core/alert-notification.ts';
import type { AlertGroup } from '#core/alert-record.ts';
import { toClock } from '#core/alert-rules.ts';
import { toCount, toQuantity } from '#core/plain-text.ts';

/** What a group says now. `group` is as it was decided, so that `jobs` are those that this notification tells of. */
export function toNotification(
  group: AlertGroup,
  status: 'firing' | 'resolved',
  publicUrl: string | undefined,
): Notification {
  const { again, rule, source, startsAt, jobsTotal } = group;
  const isOver = status === 'resolved';
  const jobs = isOver ? 0 : group.jobs;
  return {
    status,
    again,
    rule,
    source,
    pipelineId: group.pipelineId || null,
    code: group.code || null,
    startsAt,
    endsAt: isOver ? group.endsAt : null,
    jobs,
    jobsTotal,
    topCodes: isOver ? [] : group.topCodes,
    examples: isOver ? [] : group.examples,
    detail: isOver ? toLastWord(group) : group.rule === 'job-failed' ? toFailureDetail(group) : group.detail,
    url: publicUrl === undefined ? null : publicUrl + toPath(isOver ? toWholeStory(group) : group),
  };
}

/** All failures of the episode, and not those of the last notification. */
const toWholeStory = (group: AlertGroup): AlertGroup =>
  group.rule === 'job-failed' ? { ...group, createdFrom: null, createdTo: null, changedFrom: group.startsAt } : group;

function toFailureDetail({ jobs, jobsTotal, startsAt }: AlertGroup): string {
  const since = jobsTotal > jobs ? `, ${toCount(jobsTotal)} since ${toClock(startsAt)}` : '';
  return `${toQuantity(jobs, 'job')} failed${since}`;
}

function toLastWord({ rule, jobsTotal, startsAt, endsAt, detail }: AlertGroup): string {
  const span = `from ${toClock(startsAt)} to ${toClock(endsAt ?? startsAt)}`;
  if (rule === 'job-failed') return `no more failures: ${toQuantity(jobsTotal, 'job')} failed ${span}`;
  return `over, it was so ${span}: ${detail}`;
}

/** States of the jobs that a rule is about. */
function toState({ rule, code }: AlertGroup): string | undefined {
  if (rule === 'job-failed' || rule === 'failure-rate') return 'Fail';
  return rule === 'job-stuck' || rule === 'unknown-state' ? code || undefined : undefined;
}

/** The page of the view that shows these jobs, or the health of the sync. Bounds are whole seconds around them. */
function toPath(group: AlertGroup): string {
  const state = toState(group);
  if (state === undefined)
    return group.rule === 'rejected-records' ? `/runs?source=${encode(group.source)}` : '/alerts';
  const isKind = group.rule === 'job-failed';
  const without = Object.entries({ pipeline: group.pipelineId, code: group.code }).filter(([, value]) => value === '');
  const query = Object.entries({
    state,
    source: group.source,
    pipeline: group.pipelineId,
    code: isKind ? group.code : '',
    without: isKind ? without.map(([name]) => name).join(',') : '',
    created_from: toTime(group.createdFrom, 0),
    created_to: toTime(group.createdTo, 1),
    changed_from: toTime(group.changedFrom, 0),
  }).filter(([, value]) => value !== '');
  return `/jobs?${query.map(([name, value]) => `${name}=${encode(value)}`).join('&')}`;
}

const encode = encodeURIComponent;

const toTime = (epochSeconds: number | null, after: number): string =>
  epochSeconds === null ? '' : new Date((Math.floor(epochSeconds) + after) * 1000).toISOString().replace('.000Z', 'Z');

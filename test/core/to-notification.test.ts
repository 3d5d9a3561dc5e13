import { describe, expect, it } from 'vitest';
import { type AlertGroup, addFailures } from '#core/alert-record.ts';
import { toNotification } from '#core/to-notification.ts';

const noon = Date.parse('2026-03-01T12:00:00Z') / 1000;
const key = { rule: 'job-failed', source: 'eu/1', pipelineId: 'p 1', code: 'X&Y' } as const;
const failed = { id: 'a', creationTime: noon - 60.5, observedAt: noon + 0.5, inputObject: null, message: null };
const group: AlertGroup = {
  ...addFailures(key, undefined, [failed]),
  detail: 'a fact',
  startsAt: noon,
  endsAt: noon + 600,
};
const view = 'https://jobs.example.com';

describe('what a group says', () => {
  it('of failed jobs is which and how many, with a link to exactly these', () => {
    expect(toNotification(group, 'firing', view)).toEqual({
      status: 'firing',
      again: false,
      rule: 'job-failed',
      source: 'eu/1',
      pipelineId: 'p 1',
      code: 'X&Y',
      startsAt: noon,
      endsAt: null,
      jobs: 1,
      jobsTotal: 1,
      topCodes: [{ code: 'X&Y', jobs: 1 }],
      examples: group.examples,
      detail: '1 job failed',
      url: `${view}/jobs?state=Fail&source=eu%2F1&pipeline=p%201&code=X%26Y&created_from=2026-03-01T11%3A58%3A59Z&created_to=2026-03-01T11%3A59%3A00Z&changed_from=2026-03-01T12%3A00%3A00Z`,
    });
  });

  it.each([
    [{ code: '' }, 'pipeline=p%201&without=code'],
    [{ code: '', pipelineId: '' }, 'source=eu%2F1&without=pipeline%2Ccode'],
    [{ pipelineId: '' }, 'code=X%26Y&without=pipeline'],
  ])('leads to jobs without what these have none of: %j', (none, part) => {
    expect(toNotification({ ...group, ...none }, 'firing', view).url).toContain(`${part}&created_from`);
  });

  it('counts those before, once there are any', () => {
    expect(toNotification({ ...group, jobsTotal: 12 }, 'firing', view).detail).toBe(
      '1 job failed, 12 since 2026-03-01 12:00 UTC',
    );
  });

  it('in the end is how long it was so and how many it were, with a link to all of them', () => {
    expect(toNotification({ ...group, again: true, jobs: 5, jobsTotal: 12 }, 'resolved', view)).toMatchObject({
      status: 'resolved',
      again: true,
      endsAt: noon + 600,
      jobs: 0,
      jobsTotal: 12,
      topCodes: [],
      examples: [],
      detail: 'no more failures: 12 jobs failed from 2026-03-01 12:00 UTC to 2026-03-01 12:10 UTC',
      url: `${view}/jobs?state=Fail&source=eu%2F1&pipeline=p%201&code=X%26Y&changed_from=2026-03-01T12%3A00%3A00Z`,
    });
  });

  it('has an end even where none is known', () => {
    const { detail } = toNotification({ ...group, endsAt: null }, 'resolved', view);
    expect(detail).toContain('from 2026-03-01 12:00 UTC to 2026-03-01 12:00 UTC');
  });

  it('names neither pipeline nor code where there is none, and links nowhere without a view', () => {
    const bare = toNotification({ ...group, pipelineId: '', code: '' }, 'firing', undefined);
    expect([bare.pipelineId, bare.code, bare.url]).toEqual([null, null, null]);
    expect(toNotification({ ...group, pipelineId: '', code: '' }, 'firing', view).url).not.toMatch(/(pipeline|code)=/);
  });

  const condition = {
    ...group,
    code: 'Submitted',
    pipelineId: '',
    createdFrom: noon,
    createdTo: null,
    changedFrom: null,
  };
  it.each([
    ['failure-rate', '/jobs?state=Fail&source=eu%2F1&created_from=2026-03-01T12%3A00%3A00Z'],
    ['job-stuck', '/jobs?state=Submitted&source=eu%2F1&created_from=2026-03-01T12%3A00%3A00Z'],
    ['unknown-state', '/jobs?state=Submitted&source=eu%2F1&created_from=2026-03-01T12%3A00%3A00Z'],
    ['rejected-records', '/runs?source=eu%2F1'],
    ['sync-stale', '/alerts'],
    ['sync-gaps', '/alerts'],
    ['source-failing', '/alerts'],
  ] as const)('of %s is its fact, with a link to %s, the same in the end', (rule, path) => {
    const firing = toNotification({ ...condition, rule }, 'firing', view);
    expect([firing.detail, firing.url]).toEqual(['a fact', view + path]);
    const over = toNotification({ ...condition, rule }, 'resolved', view);
    expect([over.detail, over.url]).toEqual([
      'over, it was so from 2026-03-01 12:00 UTC to 2026-03-01 12:10 UTC: a fact',
      view + path,
    ]);
  });

  it('of jobs without any state links to no list of them', () => {
    expect(toNotification({ ...condition, rule: 'unknown-state', code: '' }, 'firing', view).url).toBe(
      `${view}/alerts`,
    );
  });
});

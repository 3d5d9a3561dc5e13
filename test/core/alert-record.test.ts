import { describe, expect, it } from 'vitest';
import { type AlertGroup, addFailures, type Condition, type FailedJob, holdCondition } from '#core/alert-record.ts';

const key = { rule: 'job-failed', source: 'eu', pipelineId: 'p1', code: 'X.Y' } as const;
const job = (id: string, creationTime: number, observedAt: number): FailedJob => ({
  id,
  creationTime,
  observedAt,
  inputObject: `${id}.mp4`,
  message: `why ${id}`,
});
const exampleOf = ({ observedAt: _, ...example }: FailedJob) => example;
const [early, middle, late] = [job('a', 100, 1_000), job('b', 300, 1_010), job('c', 200, 1_020)];

const first = () => addFailures(key, undefined, [early, late, middle]);
const told = (): AlertGroup => ({
  ...first(),
  status: 'firing',
  notifiedAt: 1_050,
  notifiedStatus: 'firing',
  notifications: 1,
  unsaid: 0,
});

describe('a group of failed jobs', () => {
  it('begins with its first failure and holds what they have in common', () => {
    expect(first()).toEqual({
      ...key,
      status: 'pending',
      again: false,
      startsAt: 1_000,
      endsAt: null,
      activeAt: 1_020,
      notifiedAt: null,
      notifications: 0,
      unsaid: 3,
      notifiedStatus: null,
      silenceId: null,
      jobs: 3,
      jobsTotal: 3,
      createdFrom: 100,
      createdTo: 300,
      changedFrom: 1_000,
      topCodes: [{ code: 'X.Y', jobs: 3 }],
      examples: [late, middle, early].map(exampleOf),
      detail: '',
    });
  });

  it('has no code where MPS gave none', () => {
    expect(addFailures({ ...key, code: '' }, undefined, [early]).topCodes).toEqual([{ code: null, jobs: 1 }]);
  });

  it('adds to what it has not told of yet', () => {
    const more = [job('d', 50, 900), job('e', 400, 1_100)];
    expect(
      addFailures(key, { ...first(), detail: 'kept', silenceId: 7, notifiedStatus: 'firing' }, more),
    ).toMatchObject({
      activeAt: 1_100,
      startsAt: 1_000,
      unsaid: 5,
      jobs: 5,
      jobsTotal: 5,
      createdFrom: 50,
      createdTo: 400,
      changedFrom: 900,
      topCodes: [{ code: 'X.Y', jobs: 5 }],
      detail: 'kept',
      silenceId: 7,
      notifiedStatus: 'firing',
    });
    expect(addFailures(key, first(), more).examples.map(({ id }) => id)).toEqual(['e', 'd', 'c']);
  });

  it('begins its account anew after it has told, and goes on counting them all', () => {
    expect(addFailures(key, told(), [job('d', 500, 1_100)])).toMatchObject({
      status: 'firing',
      notifiedStatus: 'firing',
      unsaid: 1,
      jobs: 1,
      jobsTotal: 4,
      createdFrom: 500,
      createdTo: 500,
      changedFrom: 1_100,
      examples: [{ id: 'd' }],
    });
  });

  it('that was over begins again from nothing, under the silence it was under', () => {
    const over: AlertGroup = {
      ...told(),
      status: 'resolved',
      endsAt: 1_020,
      unsaid: 2,
      notifiedStatus: 'resolved',
      silenceId: 7,
    };
    expect(addFailures(key, over, [job('d', 500, 2_000)])).toMatchObject({
      status: 'pending',
      again: true,
      startsAt: 2_000,
      notifiedStatus: null,
      silenceId: 7,
      jobs: 1,
      jobsTotal: 1,
      createdFrom: 500,
      createdTo: 500,
      changedFrom: 2_000,
      examples: [{ id: 'd' }],
    });
  });

  it('is as recent as its latest failure, in whatever order they come', () => {
    expect(addFailures(key, { ...told(), activeAt: 5_000 }, [job('d', 1, 2_000)]).activeAt).toBe(5_000);
    expect(addFailures(key, told(), [job('d', 1, 2_000), job('e', 1, 1_500)]).activeAt).toBe(2_000);
  });

  it('names of jobs seen at one moment the youngest first, and three in all', () => {
    const jobs = [job('old', 1, 9), job('young', 3, 9), job('mid', 2, 9), job('last', 0, 9)];
    expect(addFailures(key, undefined, jobs).examples.map(({ id }) => id)).toEqual(['young', 'mid', 'old']);
  });
});

describe('a group whose condition holds', () => {
  const condition: Condition = {
    key: { ...key, rule: 'job-stuck', code: 'Submitted' },
    jobs: 4,
    createdFrom: 10,
    createdTo: 20,
    topCodes: [],
    examples: [],
    detail: '4 jobs wait',
  };
  const held = () => holdCondition(undefined, condition, 1_000);

  it('is made of it', () => {
    const { key: stuck, ...facts } = condition;
    expect(held()).toEqual({
      ...stuck,
      ...facts,
      status: 'pending',
      again: false,
      startsAt: 1_000,
      endsAt: null,
      activeAt: 1_000,
      notifiedAt: null,
      notifications: 0,
      unsaid: 0,
      jobsTotal: 4,
      changedFrom: null,
      notifiedStatus: null,
      silenceId: null,
    });
  });

  it('remembers the most jobs there were, and who was told, while it goes on', () => {
    const firing: AlertGroup = { ...held(), status: 'firing', jobsTotal: 9, notifiedStatus: 'firing', silenceId: 3 };
    expect(holdCondition(firing, condition, 1_100)).toMatchObject({
      jobs: 4,
      jobsTotal: 9,
      activeAt: 1_100,
      startsAt: 1_000,
      notifiedStatus: 'firing',
      silenceId: 3,
    });
    expect(holdCondition({ ...firing, jobsTotal: 1 }, condition, 1_100).jobsTotal).toBe(4);
  });

  it('that was over begins anew', () => {
    const over: AlertGroup = {
      ...held(),
      status: 'resolved',
      jobsTotal: 9,
      notifications: 2,
      notifiedStatus: 'resolved',
      silenceId: 3,
    };
    expect(holdCondition(over, condition, 2_000)).toMatchObject({
      status: 'pending',
      again: true,
      startsAt: 2_000,
      jobsTotal: 4,
      notifiedStatus: null,
      silenceId: 3,
    });
  });
});

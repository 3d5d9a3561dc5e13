import { describe, expect, it } from 'vitest';
import { toDistinctJobs } from '#core/distinct-jobs.ts';
import type { StorableJob } from '#core/job.ts';

function job(id: string, creationTime: number, State: StorableJob['raw'][string], mark = 0): StorableJob {
  const raw = { Id: id, State, mark };
  return { id, creationTime, raw, text: JSON.stringify(raw) };
}

describe('the jobs of a page', () => {
  it('are each there once, in the order in which they came', () => {
    const [a, b] = [job('a', 1, 'Success'), job('b', 1, 'Success')];
    expect(toDistinctJobs([b, a, b])).toEqual([b, a]);
    expect(toDistinctJobs([])).toEqual([]);
  });

  it('are two where one id has two creation times, however these look side by side', () => {
    const jobs = [job('a', 11, 'Success'), job('a', 1, 'Success'), job('a 1', 1, 'Fail')];
    expect(toDistinctJobs(jobs)).toEqual(jobs);
  });

  it.each([
    ['Submitted', 'Snapshoting'],
    ['Snapshoting', 'Success'],
    ['Submitted', 'Fail'],
    [17, 'Success'],
    [null, 'Fail'],
  ])('are in the further state of two: not %s but %s', (before, after) => {
    const [older, newer] = [job('a', 1, before), job('a', 1, after)];
    expect(toDistinctJobs([older, newer])).toEqual([newer]);
    expect(toDistinctJobs([newer, older])).toEqual([newer]);
  });

  it.each([
    ['Success', 'Fail'],
    ['Submitted', 'Submitted'],
  ])('are the first of two that are equally far: %s, %s', (a, b) => {
    const [first, second] = [job('a', 1, a, 1), job('a', 1, b, 2)];
    expect(toDistinctJobs([first, second])).toEqual([first]);
  });
});

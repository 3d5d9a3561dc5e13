import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { createPageQueue } from '#db/page-queue.ts';
import type { PageCounts, Pages, PageWrite } from '#db/write-page.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';

/** A writer that keeps what it is given until it is told to go on. */
function startQueue() {
  const under: { pages: Pages; end: (error?: unknown) => void }[] = [];
  const store = createPageQueue(
    (pages) =>
      new Promise<PageCounts>((resolve, reject) => {
        under.push({ pages, end: (error) => (error ? reject(error) : resolve(toCounts(pages))) });
      }),
    3,
  );
  return {
    store,
    /** The number of jobs of each page, by group. */
    groups: () => under.map(({ pages }) => pages.map(({ jobs }) => jobs.length)),
    /** Ends a group, and lets what waited come on. */
    end: async (group: number, error?: unknown) => {
      under[group]?.end(error);
      await delay(0);
    },
  };
}

const toCounts = (pages: readonly PageWrite[]): PageCounts => {
  const jobs = pages.reduce((sum, page) => sum + page.jobs.length, 0);
  return { inserted: jobs, updated: 0, unchanged: 0, transitions: jobs, rejected: 0 };
};

const makePage = (jobs: number, runId = 1, record: Record<string, unknown> = {}): PageWrite => ({
  source: 'default',
  runId,
  fence: 1,
  jobs: toJobs(...Array.from({ length: jobs }, () => makeRecord(record))),
  rejections: [],
});

it('stores three pages at once, and together what comes meanwhile', async () => {
  const queue = startQueue();
  const stored = [1, 2, 3, 4, 5].map((jobs) => queue.store(makePage(jobs)));
  expect(queue.groups()).toEqual([[1], [2], [3]]);
  await queue.end(1);
  expect(queue.groups()).toEqual([[1], [2], [3], [4, 5]]);
  for (const group of [0, 2, 3]) await queue.end(group);
  expect((await Promise.all(stored)).map(({ inserted }) => inserted)).toEqual([1, 2, 3, 9, 0]);
});

it('puts no more into one transaction than it should hold, and leaves no page behind', async () => {
  const queue = startQueue();
  const sizes = [1, 1, 1, 300, 300, 300, 300, 300, 2_000, 1];
  const stored = sizes.map((jobs) => queue.store(makePage(jobs)));
  for (let group = 0; group < 7; group += 1) await queue.end(group);
  expect(queue.groups()).toEqual([[1], [1], [1], [300, 300, 300, 300], [300], [2_000], [1]]);
  await Promise.all(stored);
});

it('counts long texts too', async () => {
  const queue = startQueue();
  const large = () => makePage(3, 1, { UserData: 'x'.repeat(1_000_000) });
  const stored = [makePage(1), makePage(1), makePage(1), large(), large()].map(queue.store);
  for (let group = 0; group < 5; group += 1) await queue.end(group);
  expect(queue.groups()).toEqual([[1], [1], [1], [3], [3]]);
  await Promise.all(stored);
});

it('keeps the pages of two runs apart', async () => {
  const queue = startQueue();
  const stored = [1, 1, 1, 1, 2, 1].map((runId, n) => queue.store(makePage(n + 1, runId)));
  for (let group = 0; group < 5; group += 1) await queue.end(group);
  expect(queue.groups()).toEqual([[1], [2], [3], [4, 6], [5]]);
  await Promise.all(stored);
});

it('leaves a page that says what is missing by itself', async () => {
  const queue = startQueue();
  const pages = [1, 2, 3, 4, 5, 6].map((jobs) => makePage(jobs));
  const stored = pages.map((page, n) => queue.store(n === 4 ? { ...page, missingIds: ['a'] } : page));
  for (let group = 0; group < 5; group += 1) await queue.end(group);
  expect(queue.groups()).toEqual([[1], [2], [3], [4, 6], [5]]);
  await Promise.all(stored);
});

it.each(['database_rejected', 'database_slow'] as const)('writes page by page what failed with %s', async (code) => {
  const queue = startQueue();
  const refused = new AppError(code, 'Postgres refused a statement');
  const settled = Promise.allSettled([1, 2, 3, 4, 5].map((jobs) => queue.store(makePage(jobs))));
  await queue.end(0);
  await queue.end(3, refused);
  await queue.end(4, refused);
  expect(queue.groups().slice(3)).toEqual([[4, 5], [4], [5]]);
  for (const group of [1, 2, 5]) await queue.end(group);
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
});

it.each(['fence_lost', 'database_unavailable'] as const)('fails all pages of a group with %s', async (code) => {
  const queue = startQueue();
  const lost = new AppError(code, 'another run took over, or the server is gone');
  const settled = Promise.allSettled([1, 2, 3, 4, 5].map((jobs) => queue.store(makePage(jobs))));
  await queue.end(0);
  await queue.end(3, lost);
  for (const group of [1, 2]) await queue.end(group);
  expect(queue.groups()).toHaveLength(4);
  expect((await settled).slice(3)).toEqual([
    { status: 'rejected', reason: lost },
    { status: 'rejected', reason: lost },
  ]);
});

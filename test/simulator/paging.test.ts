import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, idsOf, jobsOf, readPages } from './signed-call.ts';
import { literalJobs, start, utc } from './simulators.ts';

describe('paging', () => {
  test('lists the newest job first and thirty a page by default', async () => {
    const { url, model } = await start();
    model.addMany(literalJobs(70));
    const pages = await readPages(url);
    expect(pages.map((page) => page.body.SnapshotJobList.SnapshotJob.length)).toEqual([30, 30, 10]);
    expect(jobsOf(pages)).toEqual(literalJobs(70).reverse());
  });

  test('is not shifted by jobs that arrive or vanish between two pages', async () => {
    const { url, model } = await start();
    const jobs = literalJobs(60);
    model.addMany(jobs);
    const first = await call(url);
    model.addMany(literalJobs(10, () => 1000).map((job, index) => ({ ...job, Id: `new-${index}` })));
    model.remove(String(first.body.SnapshotJobList.SnapshotJob.at(-1)?.Id));
    const second = await call(url, { NextPageToken: first.body.NextPageToken ?? '' });
    expect(jobsOf([first, second])).toEqual([...jobs].reverse());
  });

  test('lists a job that comes late to a passed place only in a new listing', async () => {
    const { url, model } = await start();
    model.addMany(literalJobs(60));
    const first = await call(url);
    model.add({ Id: 'late', CreationTime: utc(45), State: 'Submitted' });
    const second = await call(url, { NextPageToken: first.body.NextPageToken ?? '' });
    expect(idsOf([first, second])).not.toContain('late');
    expect(idsOf(await readPages(url))).toContain('late');
  });

  test.each([
    [false, [30, 30]],
    [true, [30, 30, 0]],
  ])(
    'after a last page that is full, with tokenOnExactEnd %s, ends with pages of %j',
    async (tokenOnExactEnd, sizes) => {
      const { url, model } = await start({ tokenOnExactEnd });
      model.addMany(literalJobs(60));
      const pages = await readPages(url);
      expect(pages.map((page) => page.body.SnapshotJobList.SnapshotJob.length)).toEqual(sizes);
    },
  );

  test('can cap pages without a word, giving a token for the rest', async () => {
    const { url, model } = await start({ maxPageSize: 10 });
    model.addMany(literalJobs(25));
    const pages = await readPages(url, { MaximumPageSize: '300' });
    expect(pages.map((page) => page.body.SnapshotJobList.SnapshotJob.length)).toEqual([10, 10, 5]);
  });

  test.each(['stable', 'shuffled'] as const)('lists many jobs of one second once each, in %s order', async (order) => {
    const { url, model } = await start({ sameSecondOrder: order, qps: 0 });
    const jobs = literalJobs(400, (index) => Math.floor(index / 150));
    model.addMany(jobs);
    const walks = [];
    for (let walk = 0; walk < 6; walk += 1) {
      walks.push(jobsOf(await readPages(url, { MaximumPageSize: '70' })));
    }
    for (const walk of walks) {
      expect(new Set(walk.map((job) => job.Id)).size).toBe(400);
      const times = walk.map((job) => String(job.CreationTime));
      expect(times).toEqual([...times].sort().reverse());
    }
    const orders = new Set(walks.map((walk) => JSON.stringify(walk)));
    expect(orders.size).toBe(order === 'stable' ? 1 : 2);
    expect(orders.has(JSON.stringify([...jobs].reverse()))).toBe(order === 'stable');
  });

  test('gives every matching job once, whatever the seconds, the page size and the range', async () => {
    const { url, model } = await start({ qps: 0, sameSecondOrder: 'shuffled' });
    const second = fc.integer({ min: 0, max: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(second, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), second, second, check),
      { numRuns: 40, seed: 7 },
    );
    async function check(seconds: number[], size: number, a: number, b: number) {
      for (const job of model.all()) {
        model.remove(String(job.Id));
      }
      const jobs = literalJobs(seconds.length, (index) => seconds[index] ?? 0);
      model.addMany(jobs);
      const [start_, end] = [utc(Math.min(a, b)), utc(Math.max(a, b))];
      const range = { StartOfJobCreatedTimeRange: start_, EndOfJobCreatedTimeRange: end };
      const listed = idsOf(await readPages(url, { ...range, PipelineId: 'even', MaximumPageSize: String(size) }));
      const expected = jobs.filter((job) => job.PipelineId === 'even');
      const within = expected.filter(({ CreationTime: at }) => String(at) >= start_ && String(at) <= end);
      expect([...listed].sort()).toEqual(within.map((job) => job.Id).sort());
    }
  });
});

describe('a page token', () => {
  const page = { MaximumPageSize: '5', PipelineId: 'even' };
  const setUp = async (options = {}) => {
    const simulator = await start(options);
    simulator.model.addMany(literalJobs(40));
    const first = await call(simulator.url, page);
    return { ...simulator, next: { ...page, NextPageToken: first.body.NextPageToken ?? '' } };
  };

  test('can be used again and gives the same page under a new token', async () => {
    const { url, next } = await setUp();
    const [one, two] = [await call(url, next), await call(url, next)];
    expect(two.body.SnapshotJobList).toEqual(one.body.SnapshotJobList);
    expect(two.body.NextPageToken).not.toBe(one.body.NextPageToken);
  });

  test('may come with another page size', async () => {
    const { url, next } = await setUp();
    expect((await call(url, { ...next, MaximumPageSize: '7' })).body.SnapshotJobList.SnapshotJob).toHaveLength(7);
  });

  test.each([
    ['with other filters', {}, { PipelineId: 'odd' }],
    ['with a time range added', {}, { StartOfJobCreatedTimeRange: utc(0) }],
    ['that nobody gave out', {}, { NextPageToken: 'b0c939ae8f55t73u965169510670aaaa' }],
  ])('is refused %s', async (_, options, change) => {
    const { url, next } = await setUp(options);
    const reply = await call(url, { ...next, ...change });
    expect([reply.status, reply.body.Code]).toEqual([400, 'InvalidParameter']);
  });

  test('is taken with other filters when it is not bound to them', async () => {
    const { url, next } = await setUp({ tokenBoundToFilters: false });
    expect((await call(url, { ...next, PipelineId: 'odd' })).status).toBe(200);
  });

  test('is refused when used twice, if so set', async () => {
    const { url, next } = await setUp({ tokenSingleUse: true });
    expect((await call(url, next)).status).toBe(200);
    expect((await call(url, next)).body.Code).toBe('InvalidParameter');
  });

  test('is refused when it is too old, if so set', async () => {
    let now = Date.now();
    const { url, next } = await setUp({ tokenTtlMs: 1000, now: () => now, requestClock: Date.now });
    now += 1000;
    expect((await call(url, next)).status).toBe(200);
    now += 1;
    expect((await call(url, next)).body.Code).toBe('InvalidParameter');
  });
});

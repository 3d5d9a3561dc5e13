import { describe, expect, test } from 'vitest';
import { createLife, type HistoryOptions, seedHistory } from '#simulator/generate.ts';
import { generateJob } from '#simulator/job-generator.ts';
import { JobModel } from '#simulator/job-model.ts';
import { DEFAULT_PIPELINES } from '#simulator/pipelines.ts';
import { createRandom } from '#simulator/random.ts';
import { call, idsOf, jobsOf } from './signed-call.ts';
import { start } from './simulators.ts';

const FROM = Date.UTC(2026, 2, 1);
const TO = Date.UTC(2026, 2, 2);
const DAY_MS = 86_400_000;

describe('a job', () => {
  test('goes from Submitted over Snapshoting to its end by the clock alone', async () => {
    let now = FROM;
    const { url, model } = await start({ now: () => now, requestClock: Date.now });
    const scheduled = generateJob(createRandom(4), FROM + 500, { failureShare: 0 });
    model.add(scheduled);
    const { startedAt = 0, finishedAt = 0 } = scheduled;
    const read = async (at: number) => {
      now = at;
      return jobsOf([await call(url)])[0];
    };
    expect(await read(FROM + 499)).toBeUndefined();
    expect(await read(FROM + 500)).toMatchObject({ State: 'Submitted', CreationTime: '2026-03-01T00:00:00Z' });
    expect(await read(startedAt - 1)).toMatchObject({ State: 'Submitted' });
    expect(await read(startedAt)).toMatchObject({ State: 'Snapshoting' });
    expect(await read(finishedAt - 1)).not.toHaveProperty('Count');
    expect(await read(finishedAt)).toMatchObject({ State: 'Success', Count: expect.stringMatching(/^\d+$/) });
    expect(await read(startedAt)).toMatchObject({ State: 'Snapshoting' });
  });

  test('of a history waits 1 to 10 s, takes 2 to 30 s, and carries a code of MPS when it fails', () => {
    const random = createRandom(1);
    for (let count = 0; count < 500; count += 1) {
      const job = generateJob(random, FROM, { failureShare: 0.5 });
      const [wait, work] = [(job.startedAt ?? 0) - FROM, (job.finishedAt ?? 0) - (job.startedAt ?? 0)];
      expect(wait >= 1000 && wait < 10_000 && work >= 2000 && work < 30_000).toBe(true);
      const end = job.describe(job.failure === undefined ? 'Success' : 'Fail');
      expect('Code' in end).toBe(job.failure !== undefined);
      expect(end.Message).toBe(job.failure?.message);
      expect(end.Id).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  test('is listed late when its visibility is delayed, but found by its id at once', async () => {
    let now = FROM + 60_000;
    const visibilityDelayMs = ({ id }: { id: string }) => (id === 'late' ? 5000 : 0);
    const { url, model } = await start({ now: () => now, requestClock: Date.now, visibilityDelayMs });
    model.addMany(['late', 'early'].map((Id) => ({ Id, CreationTime: '2026-03-01T00:01:00Z' })));
    expect(idsOf([await call(url)])).toEqual(['early']);
    expect(idsOf([await call(url, { SnapshotJobIds: 'late' })])).toEqual(['late']);
    now += 5000;
    expect(idsOf([await call(url)])).toEqual(['early', 'late']);
  });

  test('is forgotten after the days of retention', async () => {
    let now = FROM + 90 * DAY_MS;
    const { url, model } = await start({ now: () => now, requestClock: Date.now, retentionDays: 90 });
    model.add({ Id: 'a', CreationTime: '2026-03-01T00:00:00Z' });
    expect(idsOf([await call(url)])).toEqual(['a']);
    now += 1;
    expect(idsOf([await call(url)])).toEqual([]);
    expect((await call(url, { SnapshotJobIds: 'a' })).body.NonExistSnapshotJobIds).toEqual({ String: ['a'] });
    expect(model.get('a')).toBeUndefined();
  });
});

describe('a generated history', () => {
  const historyOf = (options: Partial<HistoryOptions> = {}) => {
    const model = new JobModel({ now: () => TO + DAY_MS });
    seedHistory(model, { count: 2000, from: FROM, to: TO, ...options });
    return model.all();
  };

  test('is the same for the same seed and another for another', () => {
    expect(historyOf({ seed: 5 })).toEqual(historyOf({ seed: 5 }));
    const other = new Set(historyOf({ seed: 6 }).map((job) => job.Id));
    expect(historyOf({ seed: 5 }).some((job) => other.has(job.Id))).toBe(false);
  });

  test.each(['uniform', 'bursty', 'one-second'] as const)('%s lies within its range and is spread as told', (skew) => {
    const seconds = historyOf({ skew }).map((job) => Date.parse(String(job.CreationTime)));
    expect(seconds).toHaveLength(2000);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(FROM);
    expect(Math.max(...seconds)).toBeLessThan(TO);
    const [least, most] = { uniform: [14, 45], bursty: [200, 1000], 'one-second': [2000, 2000] }[skew];
    expect(mostInTenMinutes(seconds)).toBeGreaterThanOrEqual(least ?? 0);
    expect(mostInTenMinutes(seconds)).toBeLessThanOrEqual(most ?? 0);
  });

  test('fails about 6 of 100 jobs, one pipeline several times as often', () => {
    const jobs = historyOf({ count: 8000 });
    const shareOf = (group: typeof jobs) => group.filter((job) => job.State === 'Fail').length / group.length;
    expect(shareOf(jobs)).toBeGreaterThan(0.045);
    expect(shareOf(jobs)).toBeLessThan(0.075);
    const shares = DEFAULT_PIPELINES.map(({ id }) => shareOf(jobs.filter((job) => job.PipelineId === id)));
    expect(shares[3]).toBeGreaterThan(2 * Math.max(...shares.slice(0, 3)));
  });

  test('leaves the share of stuck jobs open for ever', () => {
    const open = historyOf({ stuckShare: 0.1 }).filter(({ State: s }) => s === 'Submitted' || s === 'Snapshoting');
    expect(open.length).toBeGreaterThan(140);
    expect(open.length).toBeLessThan(260);
    expect(new Set(open.map((job) => job.State)).size).toBe(2);
  });

  test('has every documented kind of snapshot, encoded object names and only strings for scalars', () => {
    const jobs = historyOf();
    const configs = jobs.map((job) => job.SnapshotConfig as Record<string, unknown>);
    for (const field of ['Time', 'Interval', 'Num', 'TimeArray', 'TileOut', 'TileOutputFile']) {
      expect(configs.some((config) => field in config)).toBe(true);
    }
    const texts = jobs.map((job) => JSON.stringify(job));
    expect(texts.some((text) => /"Object":"uploads%2F2026-03-01%2F[^"]*%E5/.test(text))).toBe(true);
    expect(texts.some((text) => text.includes('"MNSMessageResult":{"MessageId":"'))).toBe(true);
    expect(texts.some((text) => text.includes('"UserData":"{\\"orderId\\":'))).toBe(true);
    expect(scalarTypes(jobs)).toEqual(new Set(['string', 'TimePointList number']));
  });
});

describe('a life', () => {
  const run = (steps: number[], options = {}) => {
    let now = FROM;
    const model = new JobModel({ now: () => now });
    const life = createLife(model, { seed: 3, jobsPerSecond: 2, ...options });
    const added = steps.map((step) => {
      now += step;
      return life.tick();
    });
    return { added, jobs: model.all() };
  };

  test('adds the jobs of the time that has passed, at its rate', () => {
    const { added, jobs } = run([0, 1_000_000, 0]);
    expect([added[0], added[2]]).toEqual([0, 0]);
    expect(added[1]).toBeGreaterThan(1850);
    expect(added[1]).toBeLessThan(2150);
    expect(jobs).toHaveLength(added[1] ?? 0);
  });

  test('makes the same jobs however often it is ticked', () => {
    expect(run(new Array(100).fill(1000)).jobs).toEqual(run([100_000]).jobs);
  });

  test('goes on at each request of a server', async () => {
    let now = FROM;
    const { url, model } = await start({ now: () => now, requestClock: Date.now, life: { jobsPerSecond: 1 } });
    expect(idsOf([await call(url)])).toEqual([]);
    now += 30_000;
    expect(idsOf([await call(url)])).toHaveLength(model.size);
    expect(model.size).toBeGreaterThan(10);
  });
});

function mostInTenMinutes(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const at of times) {
    const key = Math.floor(at / 600_000);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

/** The types of all scalars inside a value; those of TimePointList are named apart. */
function scalarTypes(value: unknown, prefix = ''): Set<string> {
  if (typeof value !== 'object' || value === null) {
    return new Set([`${prefix}${value === null ? 'null' : typeof value}`]);
  }
  return new Set(
    Object.entries(value).flatMap(([name, inner]) => [
      ...scalarTypes(inner, name === 'TimePointList' ? 'TimePointList ' : prefix),
    ]),
  );
}

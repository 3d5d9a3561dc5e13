import { describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { createApp, startWriter } = useView();
const now = () => Date.parse('2026-03-02T10:30:00Z');

async function getJson<Body>(path: string): Promise<Body> {
  const answer = await createApp({ now }).request(path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Body;
}

async function seed() {
  const job = (PipelineId: string, State: string | undefined, CreationTime: string, Code = '') =>
    makeRecord({ PipelineId, State, CreationTime, Code, Message: Code && `about ${Code}` });
  await (await startWriter()).write(
    job('p1', 'Success', '2026-03-02T08:59:59Z'),
    job('p1', 'Success', '2026-03-02T09:00:00Z'),
    job('p1', 'Fail', '2026-03-02T09:10:00Z', 'Bad'),
    job('p1', 'Fail', '2026-03-02T10:20:00Z', 'Bad'),
    job('p2', 'Fail', '2026-03-02T10:20:00Z', 'Slow'),
    job('p2', undefined, '2026-03-02T10:21:00Z'),
    job('p2', 'Fail', '2026-02-20T10:21:00Z', 'Old'),
  );
  await (await startWriter('other')).write(job('p1', 'Success', '2026-03-02T09:00:00Z'));
}

describe('/v1/stats', () => {
  it('counts the last 24 hours by the hour and by state, unless told', async () => {
    await seed();
    const { from, to, stats, next_cursor } = await getJson<{
      from: string;
      to: string;
      stats: Record<string, unknown>[];
      next_cursor: null;
    }>('/v1/stats');
    expect({ from, to, next_cursor }).toEqual({
      from: '2026-03-01T11:00:00.000Z',
      to: '2026-03-02T11:00:00.000Z',
      next_cursor: null,
    });
    expect(stats.map(({ time, state, jobs, failed }) => [String(time).slice(11, 13), state, jobs, failed])).toEqual([
      ['08', 'Success', 1, 0],
      ['09', 'Success', 2, 0],
      ['09', 'Fail', 1, 1],
      ['10', 'Fail', 2, 2],
      ['10', null, 1, 0],
    ]);
    expect(stats[0]).toMatchObject({ source: null, pipeline_id: null, code: null });
  });

  it.each([
    [
      '?interval=all&by=pipeline_id',
      [
        ['p1', 5, 2],
        ['p2', 2, 1],
      ],
    ],
    [
      '?interval=all&by=pipeline_id&source=default',
      [
        ['p1', 4, 2],
        ['p2', 2, 1],
      ],
    ],
    [
      '?interval=all&by=pipeline_id&state=Fail&code=Bad,Slow',
      [
        ['p1', 2, 2],
        ['p2', 1, 1],
      ],
    ],
    ['?interval=all&by=pipeline_id&pipeline=p2&created_from=2026-01-01T00:00:00Z', [['p2', 3, 2]]],
    [
      '?interval=day&by=pipeline_id&created_from=2026-03-02T10:59:00Z',
      [
        ['p2', 2, 1],
        ['p1', 1, 1],
      ],
    ],
  ])('%s', async (query, expected) => {
    await seed();
    const { stats } = await getJson<{ stats: { pipeline_id: string; jobs: number; failed: number }[] }>(
      `/v1/stats${query}`,
    );
    expect(stats.map((row) => [row.pipeline_id, row.jobs, row.failed])).toEqual(expected);
  });

  it.each([
    ['?created_from=2026-03-02T00:00:00Z&created_to=2026-03-01T00:00:00Z', 'must be before'],
    ['?created_from=2025-01-01T00:00:00Z', '93 days at most'],
    ['?interval=day&created_from=2000-01-01T00:00:00Z', '3660 days at most'],
    ['?by=colour', 'one or more of source, pipeline_id, state, code'],
    ['?interval=minute', 'one of hour, day, all'],
  ])('refuses %s', async (query, detail) => {
    const answer = await createApp({ now }).request(`/v1/stats${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
  });
});

describe('/v1/failures', () => {
  it('groups what failed, the largest group first, with its share and its newest job', async () => {
    await seed();
    const { failures } = await getJson<{ failures: Record<string, unknown>[] }>('/v1/failures');
    expect(failures).toMatchObject([
      {
        source: 'default',
        pipeline_id: 'p1',
        code: 'Bad',
        jobs: 2,
        pipeline_jobs: 4,
        share: 0.5,
        first_created_at: '2026-03-02T09:10:00.000Z',
        last_created_at: '2026-03-02T10:20:00.000Z',
        message: 'about Bad',
      },
      { pipeline_id: 'p2', code: 'Slow', jobs: 1, pipeline_jobs: 2 },
    ]);
    expect((await getJson<{ failures: object[] }>('/v1/failures?code=Slow')).failures).toHaveLength(1);
    expect((await getJson<{ failures: object[] }>('/v1/failures?source=other')).failures).toEqual([]);
    const all = await getJson<{ failures: object[] }>('/v1/failures?created_from=2026-01-01T00:00:00Z');
    expect(all.failures).toHaveLength(3);
  });
});

import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { noCounts as counts } from '#core/run.ts';
import type { SourceRow } from '#db/select-health.ts';
import { decideFreshness, decideOverallFreshness, staleAfterSeconds } from '#view/health.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { db, createApp, startWriter } = useView();

const since = 1_767_225_600; // 2026-01-01T00:00:00Z
const day = 86_400;
const now = since + 10 * day;

async function getHealth(at = now): Promise<Record<string, unknown>> {
  const answer = await createApp({ now: () => at * 1000 }).request('/v1/health');
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

/** Runs stamp themselves with the database's clock; here they must lie on the test's. */
const setRunTimes = (id: number, startedAt: number, finishedAt: number | null) =>
  db.database.query(sql`
    update mps.sync_run set started_at = to_timestamp(${startedAt}), finished_at = to_timestamp(${finishedAt}::float8)
    where id = ${id}::bigint`);

describe('GET /v1/health', () => {
  it('is empty before the first run', async () => {
    expect(await getHealth()).toEqual({
      status: 'empty',
      now: '2026-01-11T00:00:00.000Z',
      standby_lag_seconds: null,
      sources: [],
      jobs_last_24h_by_state: {},
    });
  });

  it('tells how far the copy is, what it lacks and what the last run did', async () => {
    const writer = await startWriter('default', since);
    await writer.cover(since + day, since + 4 * day);
    await writer.cover(since + 5 * day, now - 6);
    await writer.finish('completed');
    await setRunTimes(writer.runId, now - 30, now - 20);
    await db.database.query(sql`update mps.coverage set looked_at = to_timestamp(${now - 30})`);
    expect(await getHealth()).toMatchObject({
      status: 'ok',
      sources: [
        {
          source: 'default',
          status: 'ok',
          since: '2026-01-01T00:00:00.000Z',
          covered_to: '2026-01-10T23:59:54.000Z',
          lag_seconds: 6,
          looked_at: '2026-01-10T23:59:30.000Z',
          gap_seconds: 2 * day,
          gaps: [
            { from: '2026-01-05T00:00:00.000Z', to: '2026-01-06T00:00:00.000Z' },
            { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
          ],
          open_jobs: 0,
          last_run: {
            outcome: 'completed',
            started_at: '2026-01-10T23:59:30.000Z',
            finished_at: '2026-01-10T23:59:40.000Z',
            error_code: null,
          },
          last_completed_at: '2026-01-10T23:59:40.000Z',
        },
      ],
    });
  });

  it('is stale when no run has completed for ten minutes, whatever the last one says', async () => {
    const writer = await startWriter('default', since);
    await writer.cover(since, now - 700);
    await writer.finish('completed');
    await setRunTimes(writer.runId, now - 700, now - 601);
    const failed = await writer.store.insertRun({ source: 'default', fence: writer.fence });
    await writer.store.finishRun({
      id: failed,
      window: undefined,
      counts,
      outcome: 'failed',
      errorCode: 'mps_forbidden',
    });
    await setRunTimes(failed, now - 60, now - 50);
    await writer.store.insertSkippedRun('default');
    const health = await getHealth();
    expect(health).toMatchObject({
      status: 'stale',
      sources: [
        { last_run: { outcome: 'failed', error_code: 'mps_forbidden' }, last_completed_at: '2026-01-10T23:49:59.000Z' },
      ],
    });
    expect(await getHealth(now - 1)).toMatchObject({ status: 'ok' });
  });

  it('counts the open jobs of each source, and the last 24 hours by state', async () => {
    const created = (seconds: number, fields: object) =>
      makeRecord({ ...fields, CreationTime: new Date((now - seconds) * 1000).toISOString() });
    const writer = await startWriter('default', since);
    await writer.write(
      created(10, { State: 'Submitted' }),
      created(20, { State: undefined }),
      created(30, { State: '__proto__' }),
      created(40, { State: 'Success' }),
      created(50, { State: 'Fail' }),
      created(60, { State: 'Fail' }),
      created(2 * day, { State: 'Snapshoting' }),
    );
    await (await startWriter('second', since)).write(created(10, { State: 'Fail' }));
    await db.database.query(sql`update mps.coverage set looked_at = to_timestamp(${now - 400})`);
    const { sources, jobs_last_24h_by_state: states } = await getHealth();
    expect(sources).toMatchObject([
      {
        source: 'default',
        open_jobs: 4,
        covered_to: null,
        lag_seconds: 400,
        gap_seconds: 10 * day,
        last_run: { outcome: null },
      },
      { source: 'second', open_jobs: 0 },
    ]);
    expect(Object.entries(states as object).sort()).toEqual([
      ['(none)', 1],
      ['Fail', 3],
      ['Submitted', 1],
      ['Success', 1],
      ['__proto__', 1],
    ]);
  });

  it('names a source whose first run never got as far as to read', async () => {
    const writer = await startWriter('default', since);
    await writer.finish('failed', 'mps_credentials');
    await db.database.query(sql`truncate mps.coverage`);
    expect(await getHealth()).toMatchObject({
      status: 'empty',
      sources: [
        {
          source: 'default',
          since: null,
          covered_to: null,
          gap_seconds: 0,
          last_run: { error_code: 'mps_credentials' },
        },
      ],
    });
  });
});

describe('freshness', () => {
  const row = (fields: Partial<SourceRow>): SourceRow => ({
    source: 'x',
    since: 0,
    covered_to: now,
    lags_since: now,
    looked_at: now,
    gap_seconds: 0,
    open_jobs: 0,
    last_started_at: null,
    last_finished_at: null,
    last_outcome: null,
    last_error_code: null,
    last_completed_at: null,
    ...fields,
  });
  const empty = row({ covered_to: null });
  const never = row({});
  const late = row({ last_completed_at: now - staleAfterSeconds - 1 });
  const just = row({ last_completed_at: now - staleAfterSeconds });

  it.each([
    { of: empty, is: 'empty' },
    { of: never, is: 'stale' },
    { of: late, is: 'stale' },
    { of: just, is: 'ok' },
  ])('of a source is $is', ({ of, is }) => {
    expect(decideFreshness(of, now)).toBe(is);
  });

  it.each([
    { rows: [], is: 'empty' },
    { rows: [empty, empty], is: 'empty' },
    { rows: [just, empty], is: 'stale' },
    { rows: [just, late], is: 'stale' },
    { rows: [just, just], is: 'ok' },
  ])('of all sources is $is', ({ rows, is }) => {
    expect(decideOverallFreshness(rows, now)).toBe(is);
  });
});

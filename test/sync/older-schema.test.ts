import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { silentLog } from '#core/log.ts';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { createView } from '#view/app.ts';
import { migrateUpTo } from '../db/migrate-up-to.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { runOnce } from './harness.ts';

const held: { simulator?: RunningSimulator; database?: WritableDatabase } = {};

/** A database that was last migrated to some migration, and a simulated account of one job. */
function useSchemaOf(tag: string) {
  beforeAll(async () => {
    const url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
    await migrateUpTo(url, tag);
    held.database = createDatabase({ url, connections: 5 });
    held.simulator = await startSimulator({ qps: 0 });
    held.simulator.model.add(makeRecord({ CreationTime: new Date(Date.now() - 60_000).toISOString() }));
  });
  afterAll(async () => {
    await held.simulator?.close();
    await held.database?.close();
  });
  return {
    database: () => held.database as WritableDatabase,
    simulator: () => held.simulator as RunningSimulator,
  };
}

describe('a schema without the function that stores pages', () => {
  const { database, simulator } = useSchemaOf('0010_years_of_runs');

  it('is named by a run as what is missing', async () => {
    const report = await runOnce(simulator(), database());
    expect(report).toMatchObject({ outcome: 'failed', errorCode: 'schema_missing', inserted: 0 });
    expect(await database().query(sql`select outcome, error_code from mps.sync_run`)).toEqual([
      { outcome: 'failed', error_code: 'schema_missing' },
    ]);
  });

  it('is named by the view, too', async () => {
    const app = createView({ database: database(), tokens: [], access: 'loopback', log: silentLog });
    const answer = await app.request('/v1/jobs?state=Fail&pipeline=p1');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'schema_missing' });
  });
});

describe('a schema without the functions that drop months', () => {
  const { database, simulator } = useSchemaOf('0017_keys_by_time');

  it('puts upkeep off and says why in the log', async () => {
    await database().query(sql`select mps.ensure_partitions(array['2020-01-01Z'::timestamptz])`);
    const entries: [object, string][] = [];
    const log = { ...silentLog, warn: (fields: object, message: string) => void entries.push([fields, message]) };
    const report = await runOnce(simulator(), database(), { source: { retentionMonths: 1 }, log });
    expect(report).toMatchObject({ outcome: 'completed', inserted: 1 });
    expect(entries).toEqual([
      [expect.objectContaining({ task: 'dropExpiredPartitions', code: 'schema_missing' }), 'upkeep_put_off'],
    ]);
  });
});

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecords } from '#core/job.ts';
import { silentLog } from '#core/log.ts';
import { createDatabase, type Database, type WritableDatabase } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { createView } from '#view/app.ts';
import { documentedRecord, makeRecord } from '../db/sample-jobs.ts';
import { type Pair, startPair } from './standby.ts';

const held: { pair?: Pair; primary?: WritableDatabase; standby?: Database; control?: Database } = {};

beforeAll(async () => {
  held.pair = await startPair();
  held.primary = createDatabase({ url: held.pair.primaryUrl, connections: 2 });
  held.standby = createReader({ url: held.pair.standbyUrl, connections: 1, statementTimeoutMs: 5_000 });
  held.control = createDatabase({ url: held.pair.standbyUrl, connections: 1 });
}, 60_000);

afterAll(async () => {
  await Promise.all([held.primary?.close(), held.standby?.close(), held.control?.close()]);
  await held.pair?.stop();
});

function get<Name extends keyof typeof held>(name: Name): NonNullable<(typeof held)[Name]> {
  const value = held[name];
  if (!value) throw new Error('the standby is there from beforeAll on');
  return value as NonNullable<(typeof held)[Name]>;
}

let fence = 0;

async function write(...records: Record<string, unknown>[]): Promise<void> {
  const store = createSyncStore(get('primary'));
  const lease = await store.acquireLease({ name: 'default', holder: 'test', seconds: 60 });
  fence = lease?.fence ?? fence;
  await store.upsertCoverage({ source: 'default', since: undefined, defaultSince: 0, settleSeconds: 5 });
  await store.writePage({ source: 'default', runId: 1, fence, ...parseRecords(records) });
}

const ask = async (path: string) =>
  createView({ database: get('standby'), tokens: [], access: 'loopback', log: silentLog }).request(path);
const getHealth = async () => (await (await ask('/v1/health')).json()) as { standby_lag_seconds: number | null };

describe('a view of a hot standby', () => {
  it('answers every route, because nothing that serves a read writes', async () => {
    await write(documentedRecord);
    const id = encodeURIComponent(String(documentedRecord.Id));
    await expect.poll(async () => (await ask(`/v1/jobs/${id}`)).status).toBe(200);
    await expect(get('control').query(sql`insert into mps.lease values ('x', 'y', 1, now())`)).rejects.toThrow(
      'read-only transaction',
    );
    const api = ['/v1/jobs', `/v1/jobs/${id}/transitions`, '/v1/stats', '/v1/failures', '/v1/runs', '/v1/export'];
    for (const path of [...api, '/metrics', '/readyz', '/', '/jobs', `/jobs/${id}`, '/failures', '/runs', '/docs']) {
      expect((await ask(path)).status, path).toBe(200);
    }
  });

  it('says how far it is behind, and that it is not when it has caught up', async () => {
    await expect.poll(async () => (await getHealth()).standby_lag_seconds).toBe(0);
    await get('control').query(sql`select pg_wal_replay_pause()`);
    await write(makeRecord({ Id: 'late' }));
    await expect.poll(async () => (await getHealth()).standby_lag_seconds, { timeout: 8_000 }).toBeGreaterThan(1.5);
    expect(await (await ask('/metrics')).text()).toMatch(/^mps_sync_standby_lag_seconds \d/m);
    expect(await (await ask('/jobs')).text()).toMatch(/standby \d+ s late/);
    expect(await (await ask('/')).text()).toMatch(/Read from a hot standby, \d+ s behind its primary/);
    expect((await ask('/v1/jobs/late')).status).toBe(404);
    await get('control').query(sql`select pg_wal_replay_resume()`);
    await expect.poll(async () => (await ask('/v1/jobs/late')).status, { timeout: 8_000 }).toBe(200);
  }, 30_000);
});

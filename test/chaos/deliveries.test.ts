import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { useStore } from '../db/store-fixture.ts';
import { findUntold } from './deliveries.ts';

const store = useStore();
const database = () => store.db.database;
const createdAt = Date.parse('2026-01-02T03:04:05Z');
const record = (Id: string, State: string) => makeRecord({ Id, State, CreationTime: '2026-01-02T03:04:05Z' });

/** Two failures: `seen` was first read as failed, `watched` before that. Both are told of in one message, `m`. */
beforeEach(async () => {
  await store.writeRecords(record('watched', 'Submitted'), record('seen', 'Fail'));
  await store.writeRecords(record('watched', 'Fail'));
  await database().query(sql`update mps.alert_event set group_id = 1, notification = 1`);
  await insertMessage('m');
});

const insertMessage = (id: string) =>
  database().query(sql`
    insert into mps.alert_delivery (id, channel, body, parts, created_at, next_attempt_at)
    values (${id}, 'webhook', '{}', '[{"group": 1, "notification": 1, "status": "firing", "jobs": 2}]', now(), now())`);

const suppress = (id: string) =>
  database().query(sql`
    update mps.alert_event set group_id = null, notification = null, suppressed = 'before-alerting' where job_id = ${id}`);

const find = (switchedOnAt: number, arrived: readonly string[] = ['m']) =>
  findUntold(database(), { arrived: new Set(arrived), switchedOnAt });

describe('failures', () => {
  it('are told of where each is in one message that arrived', async () => {
    expect(await find(createdAt)).toEqual({ told: 2, breaches: [] });
  });

  it('in no message or in two are found', async () => {
    await insertMessage('again');
    expect((await find(createdAt, ['m', 'again'])).breaches).toEqual([
      '2 failures are not in exactly one message (I7)',
    ]);
    await database().query(sql`truncate mps.alert_delivery`);
    expect((await find(createdAt)).breaches).toEqual(['2 failures are not in exactly one message (I7)']);
  });

  it('in a message that never arrived are found', async () => {
    expect((await find(createdAt, ['another'])).breaches).toEqual([
      '2 failures are in messages that never arrived (I7)',
    ]);
  });

  const odd = '1 failures are suppressed that are none of history, or history is told of (I7)';

  it('of history are to be suppressed', async () => {
    expect((await find(createdAt + 1)).breaches).toEqual([odd]);
    await suppress('seen');
    expect(await find(createdAt + 1)).toEqual({ told: 1, breaches: [] });
  });

  it.each([
    ['was created after alerting was switched on', 'seen', createdAt],
    ['was seen before it failed', 'watched', createdAt],
  ])('are not to be suppressed where the job %s', async (_, id, switchedOnAt) => {
    await suppress(id);
    expect((await find(switchedOnAt)).breaches).toEqual([odd]);
  });
});

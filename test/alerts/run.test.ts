import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { reviveDeliveries } from '#db/alert-delivery.ts';
import { insertSilence } from '#db/alert-silence.ts';
import { selectAlertChannels, selectDeliveries } from '#db/select-alerts.ts';
import { createPlainChannel } from './plain-channel.ts';
import { startReceiver } from './receiver.ts';
import { useAlerts } from './use-alerts.ts';

const alerts = useAlerts();
const told = () => alerts.receiver().received.flatMap(({ body }) => body as Record<string, unknown>[]);

/** Alerting has been on for a while: what fails from here on is news. */
async function switchOn(): Promise<void> {
  alerts.clock().advance(-120);
  await alerts.run();
  alerts.clock().advance(120);
}

describe('a job that fails', () => {
  it('is told of once the group has waited, with the facts to act on, and never again', async () => {
    await switchOn();
    await alerts.fail(3, { PipelineId: 'p1' });
    expect(await alerts.run()).toMatchObject({ groups: 1, sent: 0 });
    alerts.clock().advance(31);
    expect(await alerts.run()).toMatchObject({ groups: 1, sent: 1, retried: 0, dead: 0, suppressed: 0 });
    expect(told()).toMatchObject([
      {
        status: 'firing',
        again: false,
        rule: 'job-failed',
        pipelineId: 'p1',
        jobs: 3,
        jobsTotal: 3,
        detail: '3 jobs failed',
      },
    ]);
    expect(told()[0]?.examples).toHaveLength(3);
    expect(told()[0]?.url).toMatch(/^https:\/\/jobs\.example\.com\/jobs\?state=Fail&source=default&pipeline=p1&code=/);
    alerts.clock().advance(600);
    expect(await alerts.run()).toMatchObject({ sent: 0 });
  });

  it('joins its group: news after the interval, the end after quiet, and again when it begins anew', async () => {
    await switchOn();
    await alerts.fail(2);
    alerts.clock().advance(31);
    await alerts.run();
    await alerts.fail(1);
    alerts.clock().advance(100);
    expect(await alerts.run()).toMatchObject({ sent: 0 });
    alerts.clock().advance(200);
    expect(await alerts.run()).toMatchObject({ sent: 1 });
    alerts.clock().advance(1800);
    expect(await alerts.run()).toMatchObject({ sent: 1, groups: 0 });
    await alerts.fail(4);
    await alerts.run();
    alerts.clock().advance(31);
    await alerts.run();
    expect(told()).toMatchObject([
      { status: 'firing', again: false, jobs: 2, jobsTotal: 2 },
      { status: 'firing', again: false, jobs: 1, jobsTotal: 3 },
      { status: 'resolved', jobsTotal: 3 },
      { status: 'firing', again: true, jobs: 4, jobsTotal: 4 },
    ]);
  });

  it('is recorded and not told of when it is history, with the reason', async () => {
    await alerts.fail(2, { CreationTime: '2020-01-01T00:00:00Z' });
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, '');
    await alerts.fail(3, { CreationTime: hourAgo });
    expect(await alerts.run()).toMatchObject({ groups: 0, suppressed: 5 });
    const reasons = await alerts.select(
      'select suppressed, count(*)::int as jobs from mps.alert_event group by suppressed order by suppressed',
    );
    expect(reasons).toEqual([
      { suppressed: 'before-alerting', jobs: 3 },
      { suppressed: 'too-old', jobs: 2 },
    ]);
  });

  it('is told of when alerting was away for days', async () => {
    await switchOn();
    await alerts.fail(1);
    alerts.clock().advance(5 * 86_400);
    expect(await alerts.run()).toMatchObject({ sent: 1, suppressed: 0 });
  });

  it('is grouped without any channel, so that the dashboard shows it', async () => {
    alerts.clock().advance(-120);
    await alerts.run({ channels: [] });
    alerts.clock().advance(120);
    await alerts.fail(1);
    alerts.clock().advance(31);
    expect(await alerts.run({ channels: [] })).toMatchObject({ groups: 1, sent: 0 });
    expect(await alerts.run()).toMatchObject({ groups: 1, sent: 0 });
  });
});

describe('a silence', () => {
  const silence = (endsAt: number) =>
    insertSilence(alerts.db.database, {
      rule: null,
      source: null,
      pipelineId: 'p*',
      code: null,
      reason: 'maintenance',
      author: 'ops',
      now: alerts.clock().now() / 1000 - 1,
      endsAt: alerts.clock().now() / 1000 + endsAt,
    });

  it('delays what still goes on when it ends', async () => {
    await switchOn();
    await silence(60);
    await alerts.fail(2, { PipelineId: 'p1' });
    await alerts.fail(1, { PipelineId: 'q1' });
    alerts.clock().advance(40);
    await alerts.run();
    expect(told()).toMatchObject([{ pipelineId: 'q1' }]);
    alerts.clock().advance(30);
    await alerts.run();
    expect(told()).toMatchObject([{ pipelineId: 'q1' }, { pipelineId: 'p1', jobs: 2 }]);
  });

  it('swallows what is over before it ends, and says so of each event', async () => {
    await switchOn();
    await silence(7_200);
    await alerts.fail(2, { PipelineId: 'p1' });
    alerts.clock().advance(40);
    await alerts.run();
    alerts.clock().advance(1_900);
    expect(await alerts.run()).toMatchObject({ groups: 0, sent: 0, suppressed: 2 });
    expect(told()).toEqual([]);
  });
});

describe('a message', () => {
  /** Nothing but the first notification. */
  const onlyOne = {
    settings: { resolveSeconds: 1e9, timing: { waitSeconds: 30, intervalSeconds: 300, repeatSeconds: 1e9 } },
  };
  const failAndWait = async () => {
    await switchOn();
    await alerts.fail(1);
    alerts.clock().advance(31);
  };

  it('is tried again under its one id on the schedule, until it is given up and revived by hand', async () => {
    await failAndWait();
    alerts.receiver().answer = 503;
    const ends = [await alerts.run()];
    for (const delay of [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
      alerts.clock().advance(delay - 1);
      expect(await alerts.run(onlyOne)).toMatchObject({ retried: 0, dead: 0 });
      alerts.clock().advance(2);
      ends.push(await alerts.run(onlyOne));
    }
    expect(ends.map(({ retried, dead }) => [retried, dead])).toEqual([...Array(9).fill([1, 0]), [0, 1]]);
    const [dead] = await selectDeliveries(alerts.db.database, { status: 'dead', limit: 5 });
    expect(dead?.tries.map(({ outcome, status }) => [outcome, status])).toEqual(Array(10).fill(['retry', 503]));
    alerts.receiver().answer = 200;
    const now = alerts.clock().now() / 1000;
    expect(await reviveDeliveries(alerts.db.database, { now })).toEqual([dead?.id]);
    expect(await alerts.run(onlyOne)).toMatchObject({ sent: 1 });
    expect(alerts.receiver().received.map(({ id }) => id)).toEqual([dead?.id]);
  });

  it('to a receiver that is gone disables the channel, visibly, and no other', async () => {
    await failAndWait();
    const other = await startReceiver();
    const channels = [createPlainChannel(alerts.receiver().url), createPlainChannel(other.url, { name: 'slack' })];
    alerts.receiver().answer = 410;
    expect(await alerts.run({ channels })).toMatchObject({ sent: 1, dead: 1 });
    await alerts.fail(1);
    alerts.clock().advance(400);
    expect(await alerts.run({ channels })).toMatchObject({ sent: 1, dead: 0 });
    expect(await selectAlertChannels(alerts.db.database)).toMatchObject([
      { name: 'slack', disabled_at: null },
      { name: 'webhook', disabled_at: expect.any(Number), disabled_reason: 'noted', dead: 1, pending: 0 },
    ]);
    await other.close();
  });

  it('is not lost when the instance that claimed it dies: another tries it once the claim is over', async () => {
    await failAndWait();
    await alerts
      .run({ channels: [{ ...createPlainChannel(''), deliver: () => Promise.reject(new Error('killed')) }] })
      .catch(() => {});
    expect(await alerts.run()).toMatchObject({ sent: 0 });
    alerts.clock().advance(31);
    expect(await alerts.run()).toMatchObject({ sent: 1 });
  });

  it('waits for room under the limits of its channel, whoever sends', async () => {
    await switchOn();
    for (let index = 0; index < 30; index++) await alerts.fail(1, { PipelineId: `p${index}` });
    alerts.clock().advance(31);
    const channel = createPlainChannel(alerts.receiver().url, { size: 1, limits: [{ count: 4, seconds: 60 }] });
    const greedy = { ...channel, pack: (all: never, _most: number) => channel.pack(all, 1000) };
    const both = await Promise.all([alerts.run({ channels: [greedy] }), alerts.run({ channels: [greedy] })]);
    expect(both.reduce((sum, { sent }) => sum + sent, 0)).toBe(4);
    alerts.clock().advance(50);
    expect(await alerts.run({ channels: [greedy] })).toMatchObject({ sent: 0 });
    alerts.clock().advance(11);
    expect(await alerts.run({ channels: [greedy] })).toMatchObject({ sent: 4 });
  });
});

describe('two instances at once', () => {
  it('tell of each failure once', async () => {
    await switchOn();
    for (let index = 0; index < 5; index++) await alerts.fail(50, { PipelineId: `p${index}` });
    alerts.clock().advance(31);
    await Promise.all(Array.from({ length: 6 }, () => alerts.run()));
    await alerts.run();
    const ids = alerts.receiver().received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(told().map(({ jobs }) => jobs)).toEqual([50, 50, 50, 50, 50]);
    const [row] = await alerts.db.database.query(
      sql`select count(*)::int as left from mps.alert_event where group_id is null`,
    );
    expect(row).toEqual({ left: 0 });
  });
});

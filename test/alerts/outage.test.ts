import { describe, expect, it } from 'vitest';
import { runAlerts } from '#alerts/run.ts';
import type { Notification } from '#core/alert-notification.ts';
import { silentLog } from '#core/log.ts';
import { createRandom } from '#simulator/random.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { createMortalChannel, createMortalDatabase } from './mortal.ts';
import { createPlainChannel } from './plain-channel.ts';
import { settings, useAlerts } from './use-alerts.ts';

/** `npm run proof:alerts` asks for the whole of it. */
const isWhole = process.env.ALERT_PROOF === 'whole';
const kills = isWhole ? 200 : 25;
/** In each five seconds of a minute. */
const burst = isWhole ? 834 : 100;

const alerts = useAlerts();
const limits = [{ count: 20, seconds: 60 }];
const bodies = () => alerts.receiver().received.map(({ id, at, body }) => ({ id, at, told: body as Notification[] }));

/** Every event that is in a group, with the messages that tell of it. */
const accountEvents = () =>
  alerts.select<{ job: string; messages: string[] }>(`
    select event.job_id as job, array_agg(delivery.id) filter (where delivery.id is not null) as messages
    from mps.alert_event as event
    left join mps.alert_delivery as delivery on delivery.parts @> jsonb_build_array(
      jsonb_build_object('group', event.group_id, 'notification', event.notification))
    group by event.id, event.job_id`);

describe('a storm of failures', { timeout: 300_000 }, () => {
  it('makes at most twenty messages a minute, and every job is accounted for', async () => {
    alerts.clock().advance(-300);
    await alerts.run({ channels: [] });
    const channel = createPlainChannel(alerts.receiver().url, { limits, size: 3 });
    const run = () => alerts.run({ channels: [channel] });
    await run();
    alerts.clock().advance(300);
    for (let second = 0; second < 60; second += 5) {
      const jobs = Array.from({ length: burst }, (_, index) =>
        makeRecord({ State: 'Fail', Code: `Code${index % 40}`, PipelineId: `p${index % 7}`, CreationTime: nowText() }),
      );
      for (let start = 0; start < jobs.length; start += 300)
        await alerts.writeRecords(...jobs.slice(start, start + 300));
      await run();
      alerts.clock().advance(5);
    }
    for (let second = 0; second < 900; second += 15) {
      await run();
      alerts.clock().advance(15);
    }
    const times = bodies().map(({ at }) => at);
    const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
    expect(busiest).toBeLessThanOrEqual(20);
    const told = bodies().flatMap((body) => body.told);
    expect(told.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(12 * burst);
  });
});

describe('two hours without a receiver and instances that die', { timeout: 600_000 }, () => {
  it('lose no event, and deliver each under one id', async () => {
    const random = createRandom(7);
    const failed: string[] = [];
    alerts.clock().advance(-7_200);
    await alerts.run();
    let died = 0;
    const live = async (mayDie: boolean) => {
      const fate = { left: mayDie ? 1 + Math.floor(random() * 45) : Number.POSITIVE_INFINITY };
      const channel = createPlainChannel(alerts.receiver().url, { limits, size: 4 });
      const run = runAlerts({
        database: createMortalDatabase(alerts.db.database, fate),
        channels: [createMortalChannel(channel, fate)],
        settings,
        sources: ['default'],
        clock: alerts.clock(),
        signal: new AbortController().signal,
        log: silentLog,
        patienceMs: 0,
        chance: random,
      });
      await run.catch((error: Error) => {
        if (!mayDie) throw error;
        died++;
      });
    };
    alerts.receiver().answer = 503;
    const steps = kills * 2;
    for (let step = 0; step < steps; step++) {
      const jobs = Array.from({ length: 3 }, () =>
        makeRecord({ State: 'Fail', Code: `C${step % 5}`, CreationTime: nowText() }),
      );
      await alerts.writeRecords(...jobs);
      failed.push(...jobs.map(({ Id }) => String(Id)));
      await Promise.all([live(died < kills), live(died < kills)]);
      const [down, cut] = [step < steps * 0.8, step % 3 === 0];
      alerts.receiver().answer = !down ? 200 : cut ? 0 : 503;
      alerts.clock().advance(7_200 / steps);
    }
    alerts.receiver().answer = 200;
    for (let hour = 0; hour < 80; hour++) {
      await live(false);
      alerts.clock().advance(hour < 8 ? 60 : 3_600);
    }
    expect(died).toBeGreaterThanOrEqual(kills);
    const arrived = new Set(bodies().map(({ id }) => id));
    const accounts = await accountEvents();
    expect(accounts.map(({ job }) => job).sort()).toEqual(failed.sort());
    expect(accounts.filter(({ messages }) => messages?.length !== 1)).toEqual([]);
    expect(accounts.filter(({ messages }) => !arrived.has(messages?.[0] ?? ''))).toEqual([]);
  });
});

const nowText = () => new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000', '');

import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelName } from '#alerts/channel.ts';
import { enableChannel } from '#db/alert-channel.ts';
import { reviveDeliveries } from '#db/alert-delivery.ts';
import { selectAlertChannels, selectDeliveries } from '#db/select-alerts.ts';
import { until } from '../cli/command.ts';
import { startAllChannels } from './all-channels.ts';
import { channelNames, webhookSecret } from './sample-channels.ts';
import { useAlerts } from './use-alerts.ts';

const alerts = useAlerts();
const held: { all?: Awaited<ReturnType<typeof startAllChannels>> } = {};
const all = () => held.all as NonNullable<typeof held.all>;
const run = (signal?: AbortSignal) => alerts.run({ channels: all().channels, ...(signal ? { signal } : {}) });
const others = (name: ChannelName) => channelNames.filter((each) => each !== name);
const delivered = () => selectDeliveries(alerts.db.database, { status: 'delivered', limit: 1_000 });

beforeEach(async () => {
  held.all = await startAllChannels(() => alerts.clock().now() / 1000);
  alerts.clock().advance(-120);
  await run();
  alerts.clock().advance(120);
});
afterEach(() => all().close());

describe.each(channelNames)('while %s has trouble, the other channels', (name) => {
  it('are delivered to before its attempt is over, when it hangs', async () => {
    all().receivers[name].override = () => 'hang';
    await alerts.fail(2);
    alerts.clock().advance(31);
    const stop = new AbortController();
    const running = run(stop.signal);
    await until(async () => (await delivered()).length === 3 && all().receivers[name].arrivals.length === 1);
    expect((await delivered()).map(({ channel }) => channel).sort()).toEqual(others(name).sort());
    const [hanging] = await selectDeliveries(alerts.db.database, { status: 'pending', limit: 5 });
    expect(hanging?.tries).toMatchObject([{ attempt: 1, finished_at: null, outcome: null }]);
    stop.abort();
    expect(await running).toMatchObject({ sent: 3, retried: 1, dead: 0 });
  });

  it('take theirs once, when it answers 503, and it has its own as soon as it answers well', async () => {
    all().receivers[name].override = () => ({ status: 503 });
    await alerts.fail(2);
    alerts.clock().advance(31);
    expect(await run()).toMatchObject({ sent: 3, retried: 1, dead: 0 });
    all().receivers[name].override = undefined;
    alerts.clock().advance(6);
    expect(await run()).toMatchObject({ sent: 1, retried: 0, dead: 0 });
    expect(channelNames.map((each) => all().receivers[each].arrivals.length)).toEqual(
      channelNames.map((each) => (each === name ? 2 : 1)),
    );
  });
});

describe('a webhook', () => {
  it('that answers 410 is disabled visibly, what waits for it is kept as dead letters, and it can be used again', async () => {
    const { webhook } = all().receivers;
    webhook.override = () => ({ status: 503, headers: { 'retry-after': '3600' } });
    await alerts.fail(1, { PipelineId: 'p1' });
    alerts.clock().advance(31);
    expect(await run()).toMatchObject({ sent: 3, retried: 1 });
    webhook.override = () => ({ status: 410, text: 'unsubscribed' });
    await alerts.fail(1, { PipelineId: 'p2' });
    alerts.clock().advance(31);
    expect(await run()).toMatchObject({ sent: 3, retried: 0, dead: 1 });
    expect((await selectAlertChannels(alerts.db.database)).find((each) => each.name === 'webhook')).toMatchObject({
      disabled_at: expect.any(Number),
      disabled_reason: 'HTTP 410: unsubscribed',
      pending: 0,
      dead: 2,
    });
    const dead = await selectDeliveries(alerts.db.database, { status: 'dead', limit: 5 });
    expect(dead.map(({ channel, attempts }) => [channel, attempts])).toEqual([
      ['webhook', 1],
      ['webhook', 1],
    ]);
    await alerts.fail(1, { PipelineId: 'p3' });
    alerts.clock().advance(31);
    expect(await run()).toMatchObject({ sent: 3, dead: 0 });
    webhook.override = undefined;
    expect(await enableChannel(alerts.db.database, 'webhook')).toBe(true);
    await reviveDeliveries(alerts.db.database, { channel: 'webhook', now: alerts.clock().now() / 1000 });
    expect(await run()).toMatchObject({ sent: 2, dead: 0 });
    const ids = webhook.arrivals.slice(-2).map(({ headers }) => headers['webhook-id']);
    expect(ids.sort()).toEqual(dead.map(({ id }) => id).sort());
  });

  it('gets its first attempt and its retry signed anew under one id, which the official verifier accepts', async () => {
    const { webhook } = all().receivers;
    webhook.override = () => ({ status: 500 });
    await alerts.fail(3);
    alerts.clock().advance(31);
    await run();
    webhook.override = undefined;
    alerts.clock().advance(6);
    await run();
    const [first, second, ...more] = webhook.arrivals;
    expect(more).toEqual([]);
    expect(second?.reply).toEqual({ status: 204 });
    const verifier = new Webhook(webhookSecret);
    for (const attempt of webhook.arrivals) {
      expect(verifier.verify(attempt.text, { ...attempt.headers })).toMatchObject({ type: 'mps_sync.alerts' });
    }
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.text).toBe(first?.text);
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
    const tampered = `${first?.text} `;
    expect(() => verifier.verify(tampered, { ...first?.headers })).toThrow(/No matching signature/);
  });
});

describe('a storm over all channels at once', { timeout: 120_000 }, () => {
  const jobs = 1_000;
  /** Messages in the busiest span of so many seconds. */
  const busiest = (name: ChannelName, seconds: number): number => {
    const times = all().receivers[name].arrivals.map(({ at }) => at);
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + seconds).length));
  };

  it('stays within the limits of each, and each tells of every job exactly once', async () => {
    const totals = { retried: 0, dead: 0, suppressed: 0 };
    const round = async () => {
      const { retried, dead, suppressed } = await run();
      totals.retried += retried;
      totals.dead += dead;
      totals.suppressed += suppressed;
    };
    for (let kind = 0; kind < 100; kind++) {
      await alerts.fail(jobs / 100, { PipelineId: `p${kind % 7}`, Code: `Code${kind}` });
      if (kind % 20 === 0) await round();
      if (kind % 20 === 0) alerts.clock().advance(5);
    }
    const waiting = async () => (await selectDeliveries(alerts.db.database, { status: 'pending', limit: 1 })).length;
    for (const end = alerts.clock().now() + 600_000; alerts.clock().now() < end; ) {
      await round();
      alerts.clock().advance((await waiting()) > 0 ? 2 : 30);
    }
    expect(totals).toEqual({ retried: 0, dead: 0, suppressed: 0 });
    expect(await waiting()).toBe(0);
    for (const name of channelNames) expect(busiest(name, 60), name).toBeLessThanOrEqual(20);
    expect(busiest('slack', 1)).toBe(1);
    expect(busiest('feishu', 1)).toBeLessThanOrEqual(5);
    const told = (await delivered()).flatMap(({ channel, parts }) => parts.map((part) => ({ channel, ...part })));
    const accounts = channelNames.map((name) => {
      const parts = told.filter(({ channel, status }) => channel === name && status === 'firing');
      const keys = new Set(parts.map(({ group, notification }) => `${group}/${notification}`));
      return { name, jobs: parts.reduce((sum, part) => sum + part.jobs, 0), once: keys.size === parts.length };
    });
    expect(accounts).toEqual(channelNames.map((name) => ({ name, jobs, once: true })));
    const bodies = all().receivers.webhook.arrivals.map(({ text }) => JSON.parse(text) as { data: { jobs: number } });
    expect(bodies.reduce((sum, { data }) => sum + data.jobs, 0)).toBe(jobs);
  });
});

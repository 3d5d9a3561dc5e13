import { randomUUID } from 'node:crypto';
import type { Channel } from '#alerts/channel.ts';
import { type ChannelConfig, createChannels } from '#alerts/channels/index.ts';
import { deliverChannel } from '#alerts/deliver.ts';
import type { Notification } from '#core/alert-notification.ts';
import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { insertChannel } from '#db/alert-channel.ts';
import { insertDeliveries, selectDelivery } from '#db/alert-delivery.ts';
import type { WritableDatabase } from '#db/client.ts';

export interface TestEnd {
  readonly channel: string;
  readonly id: string;
  readonly isDelivered: boolean;
  readonly answer: string;
}

const patienceMs = 5_000;

interface TestOptions {
  readonly database: WritableDatabase;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sends a message that says it is a test to every configured channel, or to the one that is named, all at once: the way
 * all messages go, stored, within the channel's limits, recorded. One that fails is tried again on the schedule like any
 * other. Throws `config_invalid` when a channel is configured by halves.
 */
export function deliverTests(
  options: TestOptions & { readonly config: ChannelConfig; readonly only?: string | undefined },
): Promise<TestEnd[]> {
  const { config, only } = options;
  const channels = createChannels(config).filter(({ name }) => only === undefined || name === only);
  return Promise.all(channels.map((channel) => deliverTest({ ...options, channel, publicUrl: config.PUBLIC_URL })));
}

async function deliverTest(
  options: TestOptions & { readonly channel: Channel; readonly publicUrl: string | undefined },
): Promise<TestEnd> {
  const { database, channel, clock } = options;
  const now = clock.now() / 1000;
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const [message] = channel.pack([toTestNotification(now, options.publicUrl)], 1);
  if (message === undefined) return { channel: channel.name, id, isDelivered: false, answer: 'nothing to send' };
  await insertChannel(database, channel.name);
  await insertDeliveries(database, [{ id, channel: channel.name, body: message.body, parts: [] }], now);
  await deliverChannel({ ...options, only: id, patienceMs, signal: AbortSignal.timeout(20_000) });
  const end = await selectDelivery(database, id);
  return {
    channel: channel.name,
    id,
    isDelivered: end?.status === 'delivered',
    answer: end?.answer ?? 'not tried: the channel is disabled, or its limits leave no room just now',
  };
}

const toTestNotification = (now: number, publicUrl: string | undefined): Notification => ({
  status: 'firing',
  again: false,
  rule: 'job-failed',
  source: 'test',
  pipelineId: null,
  code: null,
  startsAt: now,
  endsAt: null,
  jobs: 0,
  jobsTotal: 0,
  topCodes: [],
  examples: [],
  detail: 'This is a test of mps-sync alerts: nothing failed',
  url: publicUrl === undefined ? null : `${publicUrl}/alerts`,
});

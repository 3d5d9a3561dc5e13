import { deliverTests } from '#alerts/deliver-test.ts';
import type { CommandIo } from '#cli/io.ts';
import { print } from '#cli/print.ts';
import { toSeconds } from '#core/clock.ts';
import { parseConfig } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { enableChannel } from '#db/alert-channel.ts';
import { reviveDeliveries } from '#db/alert-delivery.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

/** Gives dead letters a new start; the next round of alerting sends them. */
export async function retryDeliveries(
  database: Database,
  id: string | undefined,
  { channel, json, io }: { channel?: string; json?: boolean; io: CommandIo },
): Promise<void> {
  const ids = await reviveDeliveries(database, { id, channel, now: toSeconds(Date.now()) });
  if (id !== undefined && ids.length === 0) throw new AppError('usage', `there is no dead letter "${id}"`);
  print(io, json, { retried: ids }, `${ids.length} message(s) will be sent again by the next round`);
}

export async function enableChannelCommand(
  database: Database,
  channel: string,
  { json, io }: { json?: boolean; io: CommandIo },
): Promise<void> {
  const isEnabled = await enableChannel(database, channel);
  if (!isEnabled) throw new AppError('usage', `there is no disabled channel "${channel}"`);
  print(io, json, { enabled: channel }, `${channel} is in use again; mps-sync alerts retry sends what was given up`);
}

/** Sends a test message to the channels, all at once. Throws when any of them did not take it. */
export async function sendTest(
  database: WritableDatabase,
  { channel, json, io }: { channel?: string | undefined; json?: boolean; io: CommandIo },
): Promise<void> {
  const config = parseConfig(io.env);
  const ends = await deliverTests({ database, config, only: channel, clock, log: silentLog });
  if (ends.length === 0) {
    const which = channel === undefined ? 'no channel is' : `the channel "${channel}" is not`;
    throw new AppError(
      'usage',
      `${which} configured: set ALERT_WEBHOOK_URL, ALERT_DINGTALK_URL, ALERT_FEISHU_URL or ALERT_SLACK_URL`,
    );
  }
  const lines = ends.map((end) => `${end.channel}: ${end.isDelivered ? 'delivered' : 'not delivered'}: ${end.answer}`);
  print(io, json, { deliveries: ends }, lines.join('\n'));
  const missed = ends.filter((end) => !end.isDelivered).map((end) => end.channel);
  if (missed.length > 0) throw new AppError('alert_undelivered', `the test message did not reach ${missed.join(', ')}`);
}

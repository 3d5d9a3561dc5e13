import { afterEach, beforeEach } from 'vitest';
import type { Channel } from '#alerts/channel.ts';
import { type AlertReport, runAlerts } from '#alerts/run.ts';
import { type AlertSettings, toAlertSettings } from '#core/alert-settings.ts';
import { parseConfig } from '#core/config.ts';
import { silentLog } from '#core/log.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { source, useStore } from '../db/store-fixture.ts';
import { createPlainChannel } from './plain-channel.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const settings: AlertSettings = {
  ...toAlertSettings(parseConfig({ PUBLIC_URL: 'https://jobs.example.com' })),
  rules: ['job-failed'],
};

/** A database, a receiver and a clock of the test's own, with alerting on them. */
export function useAlerts() {
  const store = useStore();
  const held: { receiver?: Receiver; clock?: VirtualClock } = {};
  const receiver = () => held.receiver as Receiver;
  const clock = () => held.clock as VirtualClock;
  beforeEach(async () => {
    held.clock = createVirtualClock();
    held.receiver = await startReceiver(clock().now);
  });
  afterEach(() => receiver().close());
  const run = (
    options: { channels?: readonly Channel[]; settings?: Partial<AlertSettings>; signal?: AbortSignal } = {},
  ): Promise<AlertReport> =>
    runAlerts({
      database: store.db.database,
      channels: options.channels ?? [createPlainChannel(receiver().url)],
      settings: { ...settings, ...options.settings },
      sources: [source],
      clock: clock(),
      signal: options.signal ?? new AbortController().signal,
      log: silentLog,
      patienceMs: 0,
      chance: () => 0,
    });
  /** Jobs that fail now, each with an id of its own or the given ones. */
  const fail = (count: number, fields: Record<string, unknown> = {}) => {
    const CreationTime = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000', '');
    const records = Array.from({ length: count }, () =>
      makeRecord({ State: 'Fail', Code: 'InvalidParameter.ResourceNotFound', CreationTime, ...fields }),
    );
    return store.writeRecords(...records);
  };
  return { ...store, receiver, clock, run, fail };
}

import { deliverTests, type TestEnd } from '#alerts/deliver-test.ts';
import { type Finding, inArea } from '#cli/doctor/check.ts';
import type { Config } from '#core/config.ts';
import { errorCodes } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { createDatabase } from '#db/client.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

const area = 'alerts';

/** Sends a test message to every configured channel, and says what each answered. Messages are kept in the database. */
export async function checkDelivery(config: Config, url: string | undefined): Promise<Finding[]> {
  const { skipped, error } = inArea(area);
  if (url === undefined) return [skipped('test', 'not sent: the database that keeps messages cannot be used')];
  const database = createDatabase({ url, connections: 1 });
  try {
    const ends = await deliverTests({ config, database, clock, log: silentLog });
    return ends.length > 0 ? ends.map(judgeTest) : [skipped('test', 'not sent: no channel is set')];
  } catch (thrown) {
    return [error('test', thrown)];
  } finally {
    await database.close();
  }
}

/** Pure. */
function judgeTest({ channel, isDelivered, answer }: TestEnd): Finding {
  const { ok, fail } = inArea(area);
  const name = `${channel} test`;
  if (isDelivered) return ok(name, `delivered: ${answer}`);
  return { ...fail(name, `not delivered: ${answer}`, errorCodes.alert_undelivered.remedy), code: 'alert_undelivered' };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import { createTransport } from '#mps/transport.ts';
import { createRandom } from '#simulator/random.ts';

/**
 * Another program of the same account: every two seconds its rate drifts, between none and 60% of the cap, the same way for the
 * same seed.
 */
export async function callFromOutside(
  url: string,
  { cap, forMs, key, seed }: { cap: number; forMs: number; key: string; seed: number },
): Promise<void> {
  const random = createRandom(seed);
  const { origin, host } = new URL(url);
  const transport = createTransport({ origin });
  const end = Date.now() + forMs;
  const calls: Promise<unknown>[] = [];
  for (let rate = cap * 0.6 * random(), until = 0; Date.now() < end; ) {
    if (Date.now() >= until) [rate, until] = [drift(rate, cap, random()), Date.now() + 2_000];
    const query = { SnapshotJobIds: 'none' };
    const unsigned = { method: 'POST', host, action: 'QuerySnapshotJobList', version: '2014-06-18', query } as const;
    const credentials = { accessKeyId: key, accessKeySecret: key };
    const headers = signRequest({ ...unsigned, now: Date.now(), nonce: randomUUID() }, credentials);
    calls.push(transport.send({ path: `/?${toCanonicalQuery(query)}`, headers }).catch(() => {}));
    await delay(((0.5 + Math.random()) * 1000) / rate);
  }
  await Promise.all(calls);
  await transport.close();
}

const drift = (rate: number, cap: number, chance: number): number =>
  Math.min(cap * 0.6, Math.max(1, rate + (chance - 0.5) * 10));

import { describe, expect, it } from 'vitest';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { testSource } from '../sync/harness.ts';
import { killReader } from './kill-reader.ts';
import { ReadLog } from './read-log.ts';

/** Of a backfill whose database is not there: port 1 of the loopback address. */
const kill = (endpoint: string, lastLifeMs: number) =>
  killReader({
    task: {
      databaseUrl: 'postgres://mps@127.0.0.1:1/none',
      source: { ...testSource, endpoint },
      env: {
        ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
      },
    },
    log: new ReadLog(),
    kills: 0,
    lifeMs: () => 0,
    lastLifeMs,
  });

describe('the last life of a backfill', { timeout: 60_000 }, () => {
  it('has a limit, in which it must come to its end', async () => {
    await expect(kill('http://127.0.0.1:1', 500)).rejects.toThrow('was not completed in the 0.5 s');
  });

  it('is no reason to wait when its process ended by itself', async () => {
    await expect(kill('no address', 60_000)).rejects.toThrow('ended by itself, with 1');
  });
});

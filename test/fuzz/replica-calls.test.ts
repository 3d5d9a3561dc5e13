import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from '../view/use-view.ts';
import { toLimitMs, toRuns } from './effort.ts';
import { brokenCall, checkShape, key, now, signedCall } from './list-calls.ts';
import { toRequest } from './signed-calls.ts';

const { createApp, startWriter } = useView({ emptyBefore: 'all' });
const createReplicated = () =>
  createApp({ access: 'token', tokens: ['the very token'], replicaKey: key, now: () => now });

beforeAll(async () => {
  const writer = await startWriter();
  await writer.write(
    ...['Success', 'Fail', 'Submitted'].map((State, index) => makeRecord({ Id: `id${index}`, State, PipelineId: 'p' })),
  );
});

describe('the replica, called with a good signature', () => {
  it('answers whatever is asked with a listing or the parameter that is not good', {
    timeout: toLimitMs(60_000),
  }, async () => {
    const app = createReplicated();
    await fc.assert(
      fc.asyncProperty(signedCall, async (call) => {
        const answer = await app.request(toRequest(call));
        const body = (await answer.json()) as Record<string, unknown>;
        checkShape(answer, body);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) expect(body.Code).toMatch(/^InvalidParameter\b/);
      }),
    );
  });
});

describe('the replica, called with a signature that does not hold', () => {
  it('refuses as MPS does, and shows no job', { timeout: toLimitMs(60_000) }, async () => {
    const app = createReplicated();
    await fc.assert(
      fc.asyncProperty(brokenCall, async (call) => {
        const answer = await app.request(toRequest(call));
        const body = (await answer.json()) as Record<string, unknown>;
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        checkShape(answer, body);
        expect(JSON.stringify(body)).not.toContain(key.secret);
      }),
    );
  });

  it('takes no call a second time', async () => {
    const app = createReplicated();
    await fc.assert(
      fc.asyncProperty(signedCall, async (call) => {
        await app.request(toRequest(call));
        expect(await (await app.request(toRequest(call))).json()).toMatchObject({ Code: 'SignatureNonceUsed' });
      }),
      { numRuns: toRuns(20) },
    );
  });
});

import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { seedAlerts } from './seed-alerts.ts';
import { useView } from './use-view.ts';

const { db, createApp, startWriter } = useView();
const token = 'token-of-the-page';
const now = Date.parse('2026-01-10T13:00:00Z');
const page = readFileSync('docs/api.md', 'utf8');

/** The examples of the page: addresses asked for, and the answer that is shown for the last of them, if any is. */
const examples = [...page.matchAll(/```sh\n(.*?)```\n(?:\n```json\n(.*?)```)?/gs)].flatMap(([, shell = '', json]) => {
  const paths = [...shell.matchAll(/^curl -H "Authorization: Bearer \$VIEW_TOKEN" "\$VIEW_URL([^"]*)"$/gm)].map(
    ([, path = '']) => path,
  );
  expect(paths).toHaveLength(shell.trim().split('\n').length);
  return paths.map((path, index) => ({ path, json: index === paths.length - 1 ? json : undefined }));
});

beforeEach(async () => {
  const writer = await startWriter('default', now / 1000 - 86_400);
  const failed = ['1', '2', '3'].map((digit) =>
    makeRecord({
      Id: `cc6cbef8e8d5481ca536f5d2a466000${digit}`,
      CreationTime: `2026-01-10T12:34:3${digit}Z`,
      State: 'Fail',
      PipelineId: 'b11c171cced04565b1f38f1ecc39a7d0',
      Code: 'InvalidParameter.ResourceNotFound',
      Message: 'The resource operated InputFile cannot be found',
      Input: { Bucket: 'media-input', Object: 'uploads%2F2026-01-10%2Fepisode.mp4' },
    }),
  );
  const open = makeRecord({
    State: 'Submitted',
    CreationTime: '2026-01-10T12:00:00Z',
    PipelineId: failed[0]?.PipelineId,
  });
  await writer.write(...failed, open);
  await writer.cover(now / 1000 - 86_400, now / 1000 - 6);
  await writer.finish('partial', 'mps_throttled');
  await seedAlerts(db.database);
});

/** Whether a value has everything the shown one has, each of the same kind; of a list, its first item. */
function expectShape(actual: unknown, shown: unknown, path: string): void {
  if (shown === null || actual === null) {
    expect(actual === null || typeof actual === 'string', path).toBe(true);
    return;
  }
  expect(typeof actual, path).toBe(typeof shown);
  expect(Array.isArray(actual), path).toBe(Array.isArray(shown));
  if (typeof shown !== 'object') return;
  for (const [name, value] of Object.entries(shown)) {
    expect(Object.keys(actual as object), path).toContain(name);
    expectShape((actual as Record<string, unknown>)[name], value, `${path}.${name}`);
  }
}

describe('docs/api.md', () => {
  it('has examples of every kind', () => {
    expect(examples.length).toBeGreaterThan(9);
  });

  it.each(examples)('$path answers as it says', async ({ path, json }) => {
    const app = createApp({ access: 'token', tokens: [token], now: () => now });
    const answer = await app.request(path, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    expect(text.length).toBeGreaterThan(60);
    if (json !== undefined) expectShape(JSON.parse(text), JSON.parse(json), path);
    expect((await app.request(path)).status).toBe(401);
  });
});

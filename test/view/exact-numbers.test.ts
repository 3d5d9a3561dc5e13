import { expect, it } from 'vitest';
import { ExactNumber } from '#core/exact-json.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { signV3, toRequest } from '../fuzz/signed-calls.ts';
import { useView } from './use-view.ts';

const { createApp, startWriter } = useView({ emptyBefore: 'all' });
const digits = '12345678901234567890';
const key = { id: 'replica', secret: 'a secret of the replica' };

async function readText(path: string): Promise<string> {
  return (await createApp().request(path)).text();
}

it('shows a number that a double does not hold to the last digit, wherever a record is shown', async () => {
  const writer = await startWriter();
  const Extra = { list: [1, new ExactNumber(digits)], huge: new ExactNumber('1e400'), text: `"${digits}"` };
  await writer.write(makeRecord({ Id: 'exact', SnapshotConfig: { Extra }, Count: '123456789012345678' }));
  const raw = new RegExp(`"huge": ?10{400},\\s*"list": ?\\[\\s*1,\\s*${digits}\\s*\\]`);
  for (const path of ['/v1/jobs?include=raw', '/v1/jobs/exact?include=raw', '/v1/export?include=raw'])
    expect(await readText(path), path).toMatch(raw);
  const csv = await readText('/v1/export?format=csv&include=raw');
  expect(csv.replaceAll('""', '"')).toMatch(raw);
  expect(csv).toContain(',123456789012345678,');
  const page = await readText('/jobs/exact');
  expect(page.replaceAll('&quot;', '"')).toMatch(raw);
  expect(page).toContain(`<bdi>1, ${digits}</bdi>`);
  const app = createApp({ replicaKey: key });
  const call = { method: 'POST', search: 'SnapshotJobIds=exact', body: '', contentType: '' };
  const answer = await app.request(toRequest(signV3(call, { key, now: Date.now(), nonce: 'n' })));
  expect(await answer.text()).toMatch(raw);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '#scripts/receiver.ts';
import { runCommand } from '../cli/command.ts';
import { useDatabase } from '../db/test-database.ts';
import { createSelfSigned } from './receivers/certificate.ts';
import { createWebhookReceiver } from './receivers/webhook.ts';
import { webhookSecret } from './sample-channels.ts';

const db = useDatabase();
const tls = createSelfSigned('localhost');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  await writeFile(join(folder, 'ca.pem'), tls.cert);
  await writeFile(join(folder, 'other.pem'), createSelfSigned('localhost').cert);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `mps-sync alerts test` in a process of its own: certificates are read when one starts. */
async function send(origin: string, env: Record<string, string>) {
  const { exit, stdout } = runCommand(['alerts', 'test', '--json'], {
    DATABASE_URL: db.url,
    ALERT_WEBHOOK_URL: `${origin}/in`,
    ALERT_WEBHOOK_SECRET: webhookSecret,
    ALERT_ALLOW_HOSTS: 'localhost',
    ...env,
  });
  const code = await exit;
  const { deliveries } = JSON.parse(stdout()) as { deliveries: { isDelivered: boolean; answer: string }[] };
  return { code, ...deliveries[0] };
}

describe('a receiver with a certificate that nobody vouches for', { timeout: 60_000 }, () => {
  it('gets nothing, and the reason says what to do', async () => {
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret), tls);
    const refused = {
      code: 1,
      isDelivered: false,
      answer:
        'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT): name the file of its CA in NODE_EXTRA_CA_CERTS',
    };
    expect(await send(receiver.origin, {})).toEqual(expect.objectContaining(refused));
    const other = { NODE_EXTRA_CA_CERTS: join(folder, 'other.pem') };
    expect(await send(receiver.origin, other)).toMatchObject({ code: 1, isDelivered: false });
    expect(receiver.received).toEqual([]);
  });

  it('gets its message once NODE_EXTRA_CA_CERTS names who vouches for it', async () => {
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret), tls);
    const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    expect(await send(receiver.origin, trusted)).toMatchObject({ code: 0, isDelivered: true });
    expect(receiver.received).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { startReceiver } from '#scripts/receiver.ts';
import { createWebhookReceiver } from '../alerts/receivers/webhook.ts';
import { webhookSecret } from '../alerts/sample-channels.ts';
import { useAlerts } from '../alerts/use-alerts.ts';
import { callCommand } from './command.ts';

const fixture = useAlerts();
const alerts = (args: readonly string[], env: Record<string, string> = {}) =>
  callCommand(['alerts', ...args], { DATABASE_URL: fixture.db.url, USER: 'ops', ...env });

async function json<Value>(...args: string[]): Promise<Value> {
  const { code, stdout, stderr } = await alerts([...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as Value;
}

interface Listed {
  readonly groups: readonly object[];
  readonly silences: readonly object[];
  readonly channels: readonly object[];
  readonly dead: readonly { readonly id: string }[];
}
const list = () => json<Listed>('list');

/** Alerting has been on for a while: what fails from here on is news. */
async function switchOn(): Promise<void> {
  fixture.clock().advance(-120);
  await fixture.run();
  fixture.clock().advance(120);
}

/** Two jobs of one kind fail, and the receiver is gone: a group, a disabled channel, a dead letter. */
async function failToReceiverThatIsGone(): Promise<string> {
  await switchOn();
  await fixture.fail(2, { PipelineId: 'p1' });
  fixture.clock().advance(31);
  fixture.receiver().answer = 410;
  await fixture.run();
  return (await list()).dead[0]?.id ?? '';
}

describe('mps-sync alerts list', () => {
  it('has nothing to show at first', async () => {
    expect(await list()).toEqual({ groups: [], silences: [], channels: [], dead: [] });
    expect(await alerts(['list'])).toEqual({
      code: 0,
      stdout: 'Firing: none\nSilences: none\nChannels: none\nDead letters: none\n',
      stderr: '',
    });
  });

  it('shows what fires, disabled channels and dead letters with every attempt, for programs and for people', async () => {
    const id = await failToReceiverThatIsGone();
    expect(await list()).toMatchObject({
      groups: [{ rule: 'job-failed', source: 'default', pipeline_id: 'p1', status: 'firing', jobs_total: 2 }],
      silences: [],
      channels: [{ name: 'webhook', disabled_at: expect.any(Number), disabled_reason: 'noted', pending: 0, dead: 1 }],
      dead: [{ id, channel: 'webhook', attempts: 1, tries: [{ attempt: 1, outcome: 'gone', status: 410 }] }],
    });
    const { stdout } = await alerts(['list']);
    expect(stdout).toMatch(/^ {2}firing job-failed default \/ p1 \/ InvalidParameter\.ResourceNotFound since /m);
    expect(stdout).toMatch(/^ {2}webhook: disabled since .* \(noted\), 0 to send, 1 dead$/m);
    expect(stdout).toMatch(new RegExp(`^ {2}${id} webhook: given up.*, 1 attempts, the last answer: `, 'm'));
  });

  it('lets no text from elsewhere steer the terminal', async () => {
    await switchOn();
    await fixture.fail(1, { PipelineId: 'p\u001b[2J1' });
    await fixture.run();
    const { stdout } = await alerts(['list']);
    expect(stdout).toContain('p [2J1');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('mps-sync alerts retry', () => {
  it('gives dead letters a new start, once the channel is in use again', async () => {
    const id = await failToReceiverThatIsGone();
    expect(await json('enable', 'webhook')).toEqual({ enabled: 'webhook' });
    expect(await json('retry', id)).toEqual({ retried: [id] });
    expect(await list()).toMatchObject({ dead: [], channels: [{ disabled_at: null, pending: 1 }] });
    fixture.receiver().answer = 200;
    expect(await fixture.run()).toMatchObject({ sent: 1 });
    expect(fixture.receiver().received.map((message) => message.id)).toEqual([id]);
  });

  it('takes all, those of a channel, or none', async () => {
    const id = await failToReceiverThatIsGone();
    expect(await json('retry', '--channel', 'slack')).toEqual({ retried: [] });
    expect(await json('retry', '--channel', 'webhook')).toEqual({ retried: [id] });
    expect(await alerts(['retry'])).toEqual({
      code: 0,
      stdout: '0 message(s) will be sent again by the next round\n',
      stderr: '',
    });
  });
});

describe('mps-sync alerts silence', () => {
  const begin = (...more: string[]) =>
    json<{ id: number; ends_at: string }>('silence', '--for', '2h', '--reason', 'maintenance', ...more);

  it('keeps a kind quiet, is listed, and ends when it is told to', async () => {
    const before = Date.now();
    const { id, ends_at } = await begin('--pipeline', 'p*', '--rule', 'job-failed');
    expect(Date.parse(ends_at)).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000 + 7_200_000);
    expect(Date.parse(ends_at)).toBeLessThanOrEqual(Date.now() + 7_200_000);
    const silence = { id, rule: 'job-failed', source: null, pipeline_id: 'p*', code: null };
    expect(await json('silences')).toEqual({
      silences: [expect.objectContaining({ ...silence, reason: 'maintenance', author: 'ops' })],
    });
    expect((await alerts(['silences'])).stdout).toMatch(
      /^\d+: rule=job-failed pipeline=p\* until \d{4}-\S+Z, maintenance \(ops\)\n$/,
    );
    await switchOn();
    fixture.clock().advance(1);
    await fixture.fail(1, { PipelineId: 'p1' });
    await fixture.fail(1, { PipelineId: 'q1' });
    fixture.clock().advance(31);
    await fixture.run();
    expect(fixture.receiver().received.flatMap(({ body }) => body)).toMatchObject([{ pipelineId: 'q1' }]);
    expect(await json('unsilence', String(id))).toEqual({ id });
    expect(await json('silences')).toEqual({ silences: [] });
    await fixture.run();
    expect(fixture.receiver().received.flatMap(({ body }) => body)).toMatchObject([
      { pipelineId: 'q1' },
      { pipelineId: 'p1' },
    ]);
  });

  it('names who made it', async () => {
    await begin('--author', 'night shift');
    expect((await alerts(['silences'])).stdout).toMatch(/^\d+: everything until .*, maintenance \(night shift\)\n$/);
  });
});

describe('mps-sync alerts test', () => {
  const env = (origin: string) => ({
    ALERT_WEBHOOK_URL: `${origin}/in`,
    ALERT_WEBHOOK_SECRET: webhookSecret,
    ALERT_ALLOW_HOSTS: '127.0.0.1',
  });

  it('sends a signed message that says it is a test, and tells what was answered', async () => {
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret));
    const { code, stdout, stderr } = await alerts(['test', '--json'], env(receiver.origin));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { deliveries } = JSON.parse(stdout) as { deliveries: { id: string }[] };
    expect(deliveries).toMatchObject([{ channel: 'webhook', isDelivered: true }]);
    expect(receiver.received[0]?.headers['webhook-id']).toBe(deliveries[0]?.id);
    expect(receiver.received[0]?.text).toContain('This is a test of mps-sync alerts');
  });

  it('exits 1 and says which channel did not take it, when one did not', async () => {
    await using receiver = await startReceiver(() => ({ status: 500, text: 'out of order' }));
    expect(await alerts(['test'], env(receiver.origin))).toEqual({
      code: 1,
      stdout: 'webhook: not delivered: HTTP 500: out of order\n',
      stderr: 'mps-sync: the test message did not reach webhook\n',
    });
  });
});

describe('mps-sync alerts refuses with status 2', () => {
  const span = ['--for', '2h', '--reason', 'x'];
  const refused: [string, string[], RegExp][] = [
    ['a dead letter that is none', ['retry', 'msg_none'], /there is no dead letter "msg_none"/],
    ['a silence without its length', ['silence', '--reason', 'x'], /required option '--for <time>' not specified/],
    ['a silence without a reason', ['silence', '--for', '2h'], /required option '--reason <text>' not specified/],
    ['an empty reason', ['silence', '--for', '2h', '--reason', ' '], /--reason must say why/],
    [
      'a length that is none',
      ['silence', '--for', 'soon', '--reason', 'x'],
      /A length of time is such as 30m, 2h or 1d/,
    ],
    ['a rule that is none', ['silence', '--rule', 'job-faild', ...span], /--rule must be one of job-failed, /],
    ['a silence that is none', ['unsilence', '77'], /there is no silence 77 that has not ended/],
    ['a number that is none', ['unsilence', 'first'], /The number of a silence is a whole number/],
    ['a channel that is not disabled', ['enable', 'webhook'], /there is no disabled channel "webhook"/],
    ['a test without channels', ['test'], /no channel is configured: set ALERT_WEBHOOK_URL/],
    ['a test of a channel that is not configured', ['test', 'slack'], /the channel "slack" is not configured/],
    ['a word it does not know', ['lst'], /unknown command 'lst'/],
    ['an option it does not know', ['list', '--yaml'], /unknown option '--yaml'/],
  ];
  it.each(refused)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await alerts(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('a database that is not named', async () => {
    const { code, stderr } = await alerts(['list'], { DATABASE_URL: '' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/DATABASE_URL is not set/);
  });
});

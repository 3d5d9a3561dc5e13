import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { checkUrl, createGuardedLookup, type Resolve } from '#alerts/guard.ts';
import { isPublicAddress } from '#alerts/public-address.ts';
import { createSender } from '#alerts/send.ts';
import { startReceiver } from '#scripts/receiver.ts';

const privateAddresses = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.100.100.200',
  '100.64.0.1',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '2002:7f00:1::',
  '2001::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '2001:db8::1',
];

describe('an address', () => {
  it.each(privateAddresses)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '47.96.0.1', '172.32.0.1', '100.128.0.1', '2400:3200::1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each(['', 'localhost', '1', '0x7f.1', '300.1.1.1'])('that is none is not public: %s', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe('a URL', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0xa9fea9fe/latest/meta-data',
    'http://100.100.100.200/latest/meta-data',
    'http://１２７.０.０.１/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:100.100.100.200]/',
    'ftp://example.com/',
    'file:///etc/passwd',
  ])('is refused before anything is sent: %s', (text) => {
    expect(() => checkUrl(new URL(text), [])).toThrow(/private address|only http/);
  });

  it('is taken where its host is allowed by name, and no other', () => {
    expect(() => checkUrl(new URL('http://10.0.0.5:8080/x'), ['10.0.0.5'])).not.toThrow();
    expect(() => checkUrl(new URL('http://[fd00::1]/x'), ['[fd00::1]'])).not.toThrow();
    expect(() => checkUrl(new URL('http://10.0.0.6/x'), ['10.0.0.5'])).toThrow(/10\.0\.0\.6/);
    expect(() => checkUrl(new URL('ftp://10.0.0.5/x'), ['10.0.0.5'])).toThrow(/only http/);
  });
});

/** Names that resolve as a test says; every look-up is counted. */
function createNames(answers: readonly (readonly string[])[]) {
  let calls = 0;
  const resolve = ((_: string, __: object, callback: (error: null, addresses: LookupAddress[]) => void) => {
    const addresses = answers[Math.min(calls++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as Resolve;
  return { resolve, calls: () => calls };
}

const lookUp = (answers: string[], allowed: string[] = []) =>
  new Promise<unknown>((resolve) => {
    const lookup = createGuardedLookup(allowed, createNames([answers]).resolve);
    lookup('hook.example.com', { all: true }, (error, addresses) => resolve(error?.message ?? addresses));
  });

describe('a name', () => {
  it('is refused where it resolves to a private address, also as one of several', async () => {
    for (const answers of [['10.0.0.1'], ['8.8.8.8', '100.100.100.200'], ['::ffff:169.254.169.254'], []])
      expect(await lookUp(answers)).toMatch(/hook\.example\.com is a private address: name it in ALERT_ALLOW_HOSTS/);
  });

  it('is taken where all its addresses are public, or where it is allowed', async () => {
    expect(await lookUp(['8.8.8.8', '2400:3200::1'])).toHaveLength(2);
    expect(await lookUp(['10.0.0.1'], ['hook.example.com'])).toEqual([{ address: '10.0.0.1', family: 4 }]);
    expect(await lookUp(['10.0.0.1'], ['other.example.com'])).toMatch(/private/);
  });

  it('that turns private after the first look-up gains nothing: the connection looks up once, and that is checked', async () => {
    await using receiver = await startReceiver(() => ({ status: 204 }));
    const names = createNames([['127.0.0.1']]);
    const port = new URL(receiver.origin).port;
    const post = {
      url: `http://rebind.example.com:${port}/`,
      headers: {},
      text: '{}',
      signal: new AbortController().signal,
    };
    const guarded = createSender({ allowedHosts: [], resolve: names.resolve });
    expect(await guarded.post(post)).toMatchObject({ status: null, refused: true });
    expect({ calls: names.calls(), received: receiver.received.length }).toEqual({ calls: 1, received: 0 });
    const allowed = createSender({ allowedHosts: ['rebind.example.com'], resolve: names.resolve });
    expect(await allowed.post(post)).toMatchObject({ status: 204 });
    expect(receiver.received[0]?.headers.host).toBe(`rebind.example.com:${port}`);
  });
});

import { describe, expect, test } from 'vitest';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { type CallOptions, call } from './signed-call.ts';
import { start } from './simulators.ts';

const minutesAgo = (minutes: number) => `${new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
const unsigned = (name: string): CallOptions => ({ signedHeaders: (names) => names.filter((other) => other !== name) });
const changed = (name: string, value: string): CallOptions => ({
  tamper: ({ headers }) => {
    headers[name] = value;
  },
});
const lengthened: CallOptions = {
  tamper: (request) => {
    request.query += 'State=Fail';
  },
};
const without = (name: string): CallOptions => ({ headers: { [name]: undefined } });

const accessKeys = {
  [DEMO_ACCESS_KEY_ID]: { secret: DEMO_ACCESS_KEY_SECRET },
  off: { secret: DEMO_ACCESS_KEY_SECRET, inactive: true },
  denied: { secret: DEMO_ACCESS_KEY_SECRET, denied: 'Forbidden.RAM' },
  sts: { secret: DEMO_ACCESS_KEY_SECRET, securityToken: 'token' },
  old: { secret: DEMO_ACCESS_KEY_SECRET, securityToken: 'token', securityTokenExpiresAt: 1 },
};
const token = { 'x-acs-security-token': 'token' };

describe('a V3 call', () => {
  const cases: [string, CallOptions, number, string][] = [
    ['of another secret', { secret: 'wrong' }, 400, 'SignatureDoesNotMatch'],
    ['with a header changed on the way', changed('x-acs-date', minutesAgo(1)), 400, 'SignatureDoesNotMatch'],
    [
      'with the hash of another body',
      { headers: { 'x-acs-content-sha256': '0'.repeat(64) } },
      400,
      'SignatureDoesNotMatch',
    ],
    ['with a query changed on the way', lengthened, 400, 'SignatureDoesNotMatch'],
    ['of an unknown key', { accessKeyId: 'nobody' }, 404, 'InvalidAccessKeyId.NotFound'],
    [
      'of a key named like a property of every object',
      { accessKeyId: 'constructor' },
      404,
      'InvalidAccessKeyId.NotFound',
    ],
    ['of a key switched off', { accessKeyId: 'off' }, 400, 'InvalidAccessKeyId.Inactive'],
    ['of a key without permission', { accessKeyId: 'denied' }, 403, 'Forbidden.RAM'],
    ['of a temporary key without its token', { accessKeyId: 'sts' }, 400, 'MissingSecurityToken'],
    [
      'of a temporary key with another token',
      { accessKeyId: 'sts', headers: { 'x-acs-security-token': 'other' } },
      400,
      'InvalidSecurityToken.Malformed',
    ],
    ['with a token that has ended', { accessKeyId: 'old', headers: token }, 400, 'InvalidSecurityToken.Expired'],
    ['with a token it needs not', { headers: token }, 400, 'InvalidSecurityToken.MismatchWithAccessKey'],
    ['naming two keys', { headers: { 'x-acs-accesskey-id': 'sts' } }, 400, 'IncompleteSignature'],
    ['16 minutes old', { headers: { 'x-acs-date': minutesAgo(16) } }, 400, 'InvalidTimeStamp.Expired'],
    ['16 minutes early', { headers: { 'x-acs-date': minutesAgo(-16) } }, 400, 'InvalidTimeStamp.Expired'],
    ['with a date in no format', { headers: { 'x-acs-date': 'today' } }, 400, 'InvalidTimeStamp.Format'],
    ['without a date', without('x-acs-date'), 400, 'MissingParameter'],
    ['without a nonce', without('x-acs-signature-nonce'), 400, 'MissingParameter'],
    ['without a hash', without('x-acs-content-sha256'), 400, 'MissingParameter'],
    ['without an action', without('x-acs-action'), 400, 'MissingParameter'],
    ['without a version', without('x-acs-version'), 400, 'MissingParameter'],
    ['with its host unsigned', unsigned('host'), 400, 'IncompleteSignature'],
    ['with an x-acs header unsigned', unsigned('x-acs-signature-nonce'), 400, 'IncompleteSignature'],
    ['with a content type unsigned', changed('content-type', 'text/plain'), 400, 'IncompleteSignature'],
    [
      'with half an authorization',
      changed('authorization', 'ACS3-HMAC-SHA256 Credential=a'),
      400,
      'IncompleteSignature',
    ],
    ['for another action', { headers: { 'x-acs-action': 'SubmitSnapshotJob' } }, 404, 'InvalidAction.NotFound'],
    ['for another version', { headers: { 'x-acs-version': '2020-11-09' } }, 400, 'NoSuchVersion'],
    ['by PUT', { method: 'PUT' }, 403, 'UnsupportedHTTPMethod'],
  ];

  test.each(cases)('%s is refused', async (_, options, status, code) => {
    const { url } = await start({ accessKeys });
    const reply = await call(url, {}, options);
    expect([reply.body.Code, reply.status]).toEqual([code, status]);
    expect(reply.body.HostId).toBe('mts.cn-hangzhou.aliyuncs.com');
    expect(reply.body.RequestId).toBe(reply.headers.get('x-acs-request-id'));
  });

  test('passes by GET, with its token, up to 15 minutes late and with further signed headers', async () => {
    const { url } = await start({ accessKeys });
    const headers = {
      ...token,
      'x-acs-date': minutesAgo(14.5),
      'x-acs-retry-attempts': '1',
      'x-acs-accesskey-id': 'sts',
    };
    expect((await call(url, { State: 'Fail' }, { method: 'GET', accessKeyId: 'sts', headers })).text).toContain(
      'RequestId',
    );
    expect((await call(url, {}, { accessKeyId: 'sts', headers: { ...token } })).status).toBe(200);
  });

  test('is refused when its nonce was used with the same key, not with another', async () => {
    const { url } = await start({ accessKeys });
    const headers = { 'x-acs-signature-nonce': 'once' };
    expect((await call(url, {}, { headers })).status).toBe(200);
    expect((await call(url, {}, { headers })).body.Code).toBe('SignatureNonceUsed');
    expect((await call(url, {}, { accessKeyId: 'sts', headers: { ...headers, ...token } })).status).toBe(200);
  });

  test('is told the string to sign when its signature is wrong, and the missing right when it has none', async () => {
    const { url } = await start({ accessKeys });
    const wrong = await call(url, {}, { secret: 'wrong' });
    expect(wrong.body.Message).toContain('server string to sign is:ACS3-HMAC-SHA256');
    const denied = await call(url, {}, { accessKeyId: 'denied' });
    expect(denied.body.AccessDeniedDetail).toMatchObject({ AuthAction: 'mts:QuerySnapshotJobList' });
  });

  test('is judged by the keys as they are at the time of the call', async () => {
    const keys: Record<string, { secret: string }> = {};
    const { url } = await start({ accessKeys: keys });
    expect((await call(url)).body.Code).toBe('InvalidAccessKeyId.NotFound');
    keys[DEMO_ACCESS_KEY_ID] = { secret: DEMO_ACCESS_KEY_SECRET };
    expect((await call(url)).status).toBe(200);
  });
});

import { describe, expect, test } from 'vitest';
import { isSecretKey, redactText } from '../../runtime/redact.ts';

describe('a field name', () => {
  test.each([
    'accessKeySecret',
    'securityToken',
    'authorization',
    'Authorization',
    'password',
    'PGPASSWORD',
    'token',
    'VIEW_TOKEN',
    'secret',
    'ALERT_WEBHOOK_SECRET',
    'signature',
    'x-acs-signature',
    'x-acs-security-token',
    'cookie',
    'Set-Cookie',
    'api_key',
    'privateKey',
    'credentials',
    'secretAccessKey',
    'sign',
  ])('%s is that of a credential', (name) => {
    expect(isSecretKey(name)).toBe(true);
  });

  test.each(['accessKeyId', 'source', 'requestId', 'nextPageToken', 'design', 'tokenized', 'signedHeaders', 'monkey'])(
    '%s is not',
    (name) => {
      expect(isSecretKey(name)).toBe(false);
    },
  );
});

describe('a text', () => {
  test.each([
    ['connect postgres://user:p%40ss@db:5432/x failed', 'connect postgres://[redacted]@db:5432/x failed'],
    ['connect postgres://user:p/a@ss@db/x failed', 'connect postgres://[redacted]@db/x failed'],
    ['https://onlytoken@host/', 'https://[redacted]@host/'],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['sent Bearer abcdef, refused', 'sent Bearer [redacted], refused'],
    ['sent Basic dXNlcjpwYXNzd29yZA==', 'sent Basic [redacted]'],
    ['accessKeySecret=abc&x=1', 'accessKeySecret=[redacted]&x=1'],
    ['x-acs-security-token:CAIS/abc+d==', 'x-acs-security-token:[redacted]'],
    ['Credential=id,SignedHeaders=host,Signature=0f0f', 'Credential=id,SignedHeaders=host,Signature=[redacted]'],
    ['{"password":"a b","n":1}', '{"password":[redacted],"n":1}'],
    ['"{\\"secret\\":\\"a b\\"}"', '"{\\"secret\\":[redacted]}"'],
    ["password: 'a b' wrong", 'password: [redacted] wrong'],
    ['?access_token=abc&timestamp=1&sign=def%3D', '?access_token=[redacted]&timestamp=1&sign=[redacted]'],
    ['https://hooks.slack.com/services/T0/B0/xyz said no', 'https://hooks.slack.com/services/[redacted] said no'],
    ['https://open.feishu.cn/open-apis/bot/v2/hook/abc', 'https://open.feishu.cn/open-apis/bot/v2/hook/[redacted]'],
  ])('loses its credential: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each([
    'at run (file:///code/node_modules/@scope/pkg/index.js:10:5)',
    'relation "mps.job" does not exist',
    'NextPageToken=abc',
    'the signature does not match',
    'basic authentication failed',
    'https://host:8080/path?x=1',
    'Unexpected token < in JSON at position 0',
  ])('stays as it is: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('loses the literal secrets it is told, not the short ones', () => {
    expect(redactText('id abcdefgh ab', ['abcdefgh', 'ab', ''])).toBe('id [redacted] ab');
  });

  test.each([
    ['word characters', 'a'.repeat(1_000_000)],
    ['colons and slashes', '://'.repeat(100_000)],
    ['names without values', 'token'.repeat(100_000)],
    ['open quotes', 'secret="'.repeat(50_000)],
    ['hosts', '://a:b'.repeat(50_000)],
  ])('of a megabyte takes no long time: %s', (_name, text) => {
    const startedAt = performance.now();
    redactText(text);
    // A pattern that backtracks takes minutes; a busy machine takes a second.
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });
});

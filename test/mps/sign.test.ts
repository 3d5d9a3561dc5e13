import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const unreserved = /[A-Za-z0-9\-_.~]/;

/** The documented algorithm once more, byte by byte, from the page and not from the code. */
function encode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => [byte, String.fromCharCode(byte)] as const)
    .map(([byte, char]) =>
      byte < 128 && unreserved.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

function authorizationOf(query: Record<string, string>, headers: Record<string, string>, secret: string): string {
  const canonicalQuery = Object.keys(query)
    .sort()
    .map((name) => `${encode(name)}=${encode(query[name] ?? '')}`)
    .join('&');
  const signed = Object.keys(headers)
    .filter((name) => name === 'host' || name.startsWith('x-acs-'))
    .sort();
  const canonicalHeaders = signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const request = `POST\n/\n${canonicalQuery}\n${canonicalHeaders}\n${signed.join(';')}\n${sha256('')}`;
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(request)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=id,SignedHeaders=${signed.join(';')},Signature=${signature}`;
}

const unsigned = {
  method: 'POST',
  host: 'mts.cn-hangzhou.aliyuncs.com',
  action: 'QuerySnapshotJobList',
  version: '2014-06-18',
  now: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  nonce: 'n-1',
} as const;
const credentials = { accessKeyId: 'id', accessKeySecret: 'secret' };
const queries = fc.dictionary(
  fc.string({ unit: 'binary', minLength: 1 }).filter((name) => name.isWellFormed()),
  fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed()),
);

describe('a signed request', () => {
  it('carries the signature that the documented algorithm gives, whatever is in its query', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { authorization, ...headers } = signRequest({ ...unsigned, query }, credentials);
        expect(authorization).toBe(authorizationOf(query, headers, 'secret'));
      }),
    );
  });

  it('signs the token of temporary credentials', () => {
    const query = { State: 'Fail' };
    const { authorization, ...headers } = signRequest(
      { ...unsigned, query },
      { ...credentials, securityToken: 'sts-token' },
    );
    expect(headers).toMatchObject({ 'x-acs-security-token': 'sts-token', 'x-acs-accesskey-id': 'id' });
    expect(authorization).toBe(authorizationOf(query, headers, 'secret'));
    expect(authorization).toContain('x-acs-security-token');
  });

  it('says when it was made, to the second', () => {
    expect(signRequest({ ...unsigned, query: {} }, credentials)['x-acs-date']).toBe('2026-01-02T03:04:05Z');
  });

  it('has a query that reads back as what was asked', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(Object.fromEntries(new URLSearchParams(toCanonicalQuery(query)))).toEqual({ ...query });
      }),
    );
  });

  it.each([
    ["a b*c'(d)!~+/=&", 'x=a%20b%2Ac%27%28d%29%21~%2B%2F%3D%26'],
    ['中文é', 'x=%E4%B8%AD%E6%96%87%C3%A9'],
    ['', 'x='],
  ])('writes %j as RFC 3986 wants it', (value, expected) => {
    expect(toCanonicalQuery({ x: value })).toBe(expected);
  });
});

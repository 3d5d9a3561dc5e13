import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import { authorizationOf } from './reference-signer.ts';

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
        expect(authorization).toBe(authorizationOf({ query, headers, accessKeyId: 'id', secret: 'secret' }));
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
    expect(authorization).toBe(authorizationOf({ query, headers, accessKeyId: 'id', secret: 'secret' }));
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

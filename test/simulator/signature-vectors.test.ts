import { describe, expect, test } from 'vitest';
import type { Call } from '#simulator/call.ts';
import { readV1Claim } from '#simulator/signature-v1.ts';
import { readV3Claim } from '#simulator/signature-v3.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('the signature arithmetic', () => {
  const published = (parts: Partial<Call> & { query: URLSearchParams }): Call => ({
    method: 'POST',
    path: '/',
    form: new URLSearchParams(),
    headers: new Map(),
    body: Buffer.alloc(0),
    isTooLong: false,
    ...parts,
  });

  test('gives the V3 signature that Alibaba prints for its RunInstances example', () => {
    const headers = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': EMPTY_SHA256,
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
    };
    const names = Object.keys(headers).join(';');
    const authorization = `ACS3-HMAC-SHA256 Credential=id,SignedHeaders=${names},Signature=${'0'.repeat(64)}`;
    const query = new URLSearchParams({
      ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
      RegionId: 'cn-shanghai',
    });
    const claim = readV3Claim(published({ query, headers: new Map(Object.entries({ ...headers, authorization })) }));
    expect(claim.sign('YourAccessKeySecret')).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0');
  });

  test('gives the V1 signature that Alibaba prints for its DescribeRegions example', () => {
    const query = new URLSearchParams({
      Timestamp: '2016-02-23T12:46:24Z',
      Format: 'XML',
      AccessKeyId: 'testid',
      Action: 'DescribeRegions',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      Version: '2014-05-26',
      SignatureVersion: '1.0',
      Signature: 'any',
    });
    const claim = readV1Claim(published({ method: 'GET', query }));
    expect(claim.sign('testsecret')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
  });
});

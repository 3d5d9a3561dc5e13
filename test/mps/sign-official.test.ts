import type { IncomingHttpHeaders } from 'node:http';
import * as Mts from '@alicloud/mts20140618';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '#mps/credentials.ts';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import { serve } from './servers.ts';

type MtsClass = typeof Mts.default.default;
type SdkRequest = Parameters<typeof $OpenApiUtil.default.getAuthorization>[0];

/** The package is CommonJS: depending on the loader its class is `default` or, as the types say, `default.default`. */
const MtsClient: MtsClass = Mts.default.default ?? (Mts.default as unknown as MtsClass);

const operation = { method: 'POST', action: 'QuerySnapshotJobList', version: '2014-06-18' } as const;
const ours: [string, Credentials][] = [
  ['a key', { accessKeyId: 'testid', accessKeySecret: 'testsecret' }],
  ['temporary credentials', { accessKeyId: 'STS.id', accessKeySecret: 'testsecret', securityToken: 'tok+/==' }],
];

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** The call that the SDK makes; asked for its credentials by this, it does not say where they are from. */
async function sendWithSdk(credentials: Credentials, request: object): Promise<Seen> {
  const seen: Seen[] = [];
  const { host } = await serve(({ url = '', headers }, response) => {
    seen.push({ url, headers });
    response.end('{"RequestId":"r"}');
  });
  const credential = {
    getCredential: async () => ({ ...credentials, type: credentials.securityToken ? 'sts' : 'access_key' }),
  };
  const config = new $OpenApiUtil.Config({ protocol: 'HTTP', endpoint: host, regionId: 'cn-hangzhou', credential });
  await new MtsClient(config).querySnapshotJobList(new Mts.QuerySnapshotJobListRequest(request));
  const [call] = seen;
  if (!call) throw new Error('the SDK did not call');
  return call;
}

describe('a signed request', () => {
  it('has the signature that Alibaba prints for its RunInstances example', () => {
    const query = {
      RegionId: 'cn-shanghai',
      ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
    };
    const { authorization } = signRequest(
      {
        method: 'POST',
        host: 'ecs.cn-shanghai.aliyuncs.com',
        action: 'RunInstances',
        version: '2014-05-26',
        query,
        now: Date.UTC(2023, 9, 26, 10, 22, 32),
        nonce: '3156853299f313e23d1673dc12e1703d',
      },
      { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' },
    );
    expect(authorization).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,' +
        'SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,' +
        'Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it.each(ours)('with %s has the headers and the signature of the official SDK', async (_, credentials) => {
    const fields = { pipelineId: "p *!'()~ +/%&=é中", state: 'Success', maximumPageSize: 300, nextPageToken: 'a+b/c=' };
    const { url, headers } = await sendWithSdk(credentials, fields);
    const query = Object.fromEntries(new URLSearchParams(url.slice(2)));
    expect(query).toEqual({
      PipelineId: fields.pipelineId,
      State: 'Success',
      MaximumPageSize: '300',
      NextPageToken: 'a+b/c=',
    });
    const now = Date.parse(String(headers['x-acs-date']));
    const nonce = String(headers['x-acs-signature-nonce']);
    const signed = signRequest({ ...operation, host: String(headers.host), query, now, nonce }, credentials);
    const isSigned = ([name]: [string, unknown]) => /^(x-acs-.*|host|authorization)$/.test(name);
    expect(signed).toEqual(Object.fromEntries(Object.entries(headers).filter(isSigned)));
  });

  it('has, whatever is in its query, the signature that the official SDK’s own function gives', () => {
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from("!'()*~ +/&=%?#;,:@$-_.")) }),
    );
    const queries = fc.dictionary(fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,12}$/), values);
    fc.assert(
      fc.property(queries, fc.constantFrom(...ours), (query, [, credentials]) => {
        const { authorization, ...headers } = signRequest(
          { ...operation, host: 'h.example:8080', query, now: 0, nonce: 'n' },
          credentials,
        );
        const request = { method: 'POST', pathname: '/', query, headers } as unknown as SdkRequest;
        const hash = headers['x-acs-content-sha256'] ?? '';
        const { accessKeyId, accessKeySecret } = credentials;
        const { getAuthorization } = $OpenApiUtil.default;
        const algorithm = 'ACS3-HMAC-SHA256';
        expect(authorization).toBe(getAuthorization(request, algorithm, hash, accessKeyId, accessKeySecret));
        expect(toCanonicalQuery(query)).not.toMatch(/[!'()*+ ]/);
      }),
    );
  });
});

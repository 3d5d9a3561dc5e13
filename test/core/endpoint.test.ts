import { describe, expect, it } from 'vitest';
import { toEndpoint } from '#core/endpoint.ts';

describe('the endpoint of a source', () => {
  it.each([
    { region: 'cn-hangzhou', endpoint: undefined, url: 'https://mts.cn-hangzhou.aliyuncs.com/' },
    { region: 'cn-hangzhou', endpoint: '', url: 'https://mts.cn-hangzhou.aliyuncs.com/' },
    { region: 'cn-hangzhou', endpoint: 'localhost:8080', url: 'https://localhost:8080/' },
    { region: undefined, endpoint: 'mts-vpc.cn-beijing.aliyuncs.com', url: 'https://mts-vpc.cn-beijing.aliyuncs.com/' },
    { region: undefined, endpoint: 'http://127.0.0.1:9/mps', url: 'http://127.0.0.1:9/mps' },
  ])('in region $region with endpoint $endpoint is $url', ({ region, endpoint, url }) => {
    expect(toEndpoint(region, endpoint).href).toBe(url);
  });

  it('is missing where neither is known, which names the variable to set', () => {
    const refusal = { code: 'config_invalid', message: expect.stringContaining('MPS_REGION') };
    expect(() => toEndpoint(undefined, undefined)).toThrow(expect.objectContaining(refusal));
  });
});

import { describe, expect, it } from 'vitest';
import { parseConfig } from '#core/config.ts';
import { pickSources, toSources } from '#core/sources.ts';

const configure = (env: Record<string, string>) => toSources(parseConfig({ MPS_REGION: 'cn-hangzhou', ...env }));
const list = (...entries: object[]) => configure({ MPS_SOURCES: JSON.stringify(entries) });
const byDefault = () => configure({})[0];

describe('the sources of a configuration', () => {
  it('are by default one, which reads all jobs of the region', () => {
    expect(configure({})).toEqual([
      {
        name: 'default',
        endpoint: new URL('https://mts.cn-hangzhou.aliyuncs.com'),
        pipelineId: undefined,
        account: 'default',
        credentialVariables: undefined,
        callsPerSecond: 100,
        historyShare: 0.8,
        pageSize: 300,
        since: undefined,
        lookbackSeconds: 3600,
        settleSeconds: 5,
      },
    ]);
  });

  it.each([
    { variable: 'MPS_ENDPOINT', text: 'mts-vpc.cn-beijing.aliyuncs.com', field: endpoint('mts-vpc.cn-beijing') },
    { variable: 'MPS_QPS', text: '20', field: { callsPerSecond: 20 } },
    { variable: 'MPS_BACKFILL_SHARE', text: '0.5', field: { historyShare: 0.5 } },
    { variable: 'MPS_PAGE_SIZE', text: '50', field: { pageSize: 50 } },
    { variable: 'SYNC_LOOKBACK_MINUTES', text: '90', field: { lookbackSeconds: 5400 } },
    { variable: 'SYNC_SETTLE_SECONDS', text: '0', field: { settleSeconds: 0 } },
    { variable: 'SYNC_SINCE', text: '1970-01-01T00:00:00Z', field: { since: 0 } },
    { variable: 'SYNC_SINCE', text: '2026-01-31T08:00:00.999+08:00', field: { since: 1_769_817_600 } },
  ])('take $variable=$text', ({ variable, text, field }) => {
    expect(configure({ [variable]: text })).toEqual([{ ...byDefault(), ...field }]);
  });

  it.each([
    { entry: { region: 'us-west-1' }, field: endpoint('mts.us-west-1') },
    { entry: { endpoint: 'http://localhost:9' }, field: { endpoint: new URL('http://localhost:9') } },
    { entry: { endpoint: 'h.example', region: 'us-west-1' }, field: { endpoint: new URL('https://h.example') } },
    { entry: { pipelineId: 'p1' }, field: { pipelineId: 'p1' } },
    { entry: { account: 'shared' }, field: { account: 'shared' } },
    { entry: { qps: 7 }, field: { callsPerSecond: 7 } },
    { entry: { since: '1970-01-01T00:00:01Z' }, field: { since: 1 } },
    {
      entry: { accessKeyIdVariable: 'ID', accessKeySecretVariable: 'SECRET', securityTokenVariable: 'TOKEN' },
      field: {
        account: 'ID',
        credentialVariables: { accessKeyId: 'ID', accessKeySecret: 'SECRET', securityToken: 'TOKEN' },
      },
    },
  ])('take from an entry of MPS_SOURCES what it says, before the other variables: $entry', ({ entry, field }) => {
    const [, second] = list({ name: 'first' }, { name: 'second', ...entry });
    expect(second).toEqual({ ...byDefault(), name: 'second', ...field });
  });

  it('listen to the region of an entry before the endpoint of all, which is another region’s', () => {
    const MPS_SOURCES = JSON.stringify([{ name: 'a', region: 'us-west-1' }, { name: 'b' }]);
    const [a, b] = configure({ MPS_ENDPOINT: 'h.example', MPS_SOURCES });
    expect([a?.endpoint.host, b?.endpoint.host]).toEqual(['mts.us-west-1.aliyuncs.com', 'h.example']);
  });

  it('share the calls of an account if their access key is the same, or an account is named', () => {
    const key = { accessKeyIdVariable: 'ID', accessKeySecretVariable: 'SECRET' };
    const sources = list(
      { name: 'a', ...key },
      { name: 'b', ...key, account: 'x' },
      { name: 'c', ...key },
      { name: 'd' },
    );
    expect(sources.map(({ account }) => account)).toEqual(['ID', 'x', 'ID', 'default']);
  });

  it('carry the names of variables and never what is in them', () => {
    const MPS_SOURCES = '[{"name":"a","accessKeyIdVariable":"A_ID","accessKeySecretVariable":"A_SECRET"}]';
    const [source] = configure({ MPS_SOURCES, A_ID: 'id-text', A_SECRET: 'secret-text' });
    expect(source?.credentialVariables).toEqual({ accessKeyId: 'A_ID', accessKeySecret: 'A_SECRET' });
    expect(JSON.stringify(source)).not.toMatch(/id-text|secret-text/);
  });

  it('are refused where nothing tells the region', () => {
    const config = parseConfig({});
    expect(() => toSources(config)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});

describe('picking sources', () => {
  const both = () => list({ name: 'a' }, { name: 'b' });

  it('takes all when none is named', () => {
    const sources = both();
    expect(pickSources(sources, undefined)).toEqual(sources);
  });

  it('takes the one that is named', () => {
    const sources = both();
    expect(pickSources(sources, 'b')).toEqual([sources[1]]);
  });

  it.each(['c', 'A', '', 'a '])('refuses "%s", which is no name, and tells the names there are', (name) => {
    const message = `no source is named "${name}": the configuration has "a", "b"`;
    expect(() => pickSources(both(), name)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});

function endpoint(host: string): { endpoint: URL } {
  return { endpoint: new URL(`https://${host}.aliyuncs.com`) };
}

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createChannels } from '#alerts/channels/index.ts';
import { parseConfig } from '#core/config.ts';
import { sourceList } from '#core/source-list.ts';
import { toSources } from '#core/sources.ts';
import { variables } from '#core/variables.ts';
import { createCredentialSource } from '#mps/credentials.ts';
import { deploymentFile } from '../../deploy/fc3.ts';
import { toAlertSources, toSourcesDeployment } from '../../deploy/sources-deployment.ts';
import { generousValues } from '../deploy/generous-values.ts';
import { hostileWord } from './hostile-words.ts';
import { messageOf } from './refusal-of.ts';

const names = Object.keys(variables);
/** Nearly right: a good value cut, joined with another, or with something in its middle. */
const near = fc
  .record({
    good: fc.constantFrom(
      ...Object.values(generousValues),
      ...[
        'https://h',
        'http://[::1]:1',
        'http://a..b',
        'https://%41',
        'h:99999',
        '1.',
        '1e3',
        '[{"name":"a"}]',
        'whsec_',
        '2026-01-31T00:00:00+23:59',
      ],
      ...[
        'https://ex.com/#a',
        'https://ex.com?x',
        'postgres://',
        'postgres://h:1:2/',
        '0x7f.1',
        '-',
        '.',
        '999999999',
        '[::]',
        'a,,b',
      ],
    ),
    cut: fc.nat(40),
    word: fc.oneof(fc.constant(''), hostileWord),
  })
  .map(({ good, cut, word }) => good.slice(0, good.length - cut) + word + good.slice(good.length - cut));
const environment = fc.dictionary(fc.constantFrom(...names), fc.oneof({ weight: 3, arbitrary: near }, hostileWord), {
  maxKeys: 6,
});

describe('an environment of anything', () => {
  it('is a configuration that sources and channels can be made of, or is refused by the names of variables alone', () => {
    fc.assert(
      fc.property(environment, (env) => {
        const config = messageOf(() => parseConfig(env));
        if (typeof config === 'string') {
          for (const line of config.split('\n')) expect(names).toContain(line.split(' ')[0]);
          return;
        }
        const sources = messageOf(() => toSources(config));
        if (typeof sources === 'string') expect(sources).toMatch(/^MPS_REGION: /);
        const channels = messageOf(() => createChannels(config));
        if (typeof channels === 'string') expect(channels).toMatch(/^ALERT_WEBHOOK_SECRET is not set/);
      }),
    );
  });
});

const good = {
  name: fc.constantFrom('a', 'b', 'cn.1', 'x'.repeat(63)),
  region: fc.constantFrom('cn-hangzhou', 'ap-southeast-1'),
  endpoint: fc.constantFrom('mts.example.com', 'http://127.0.0.1:1', 'https://h/path'),
  pipelineId: fc.constantFrom('p', '管道', "it's"),
  account: fc.constantFrom('a b', "'"),
  accessKeyIdVariable: fc.constantFrom('KEY_ID', '_K', 'FC_K', 'k1'),
  accessKeySecretVariable: fc.constantFrom('KEY_SECRET', 'constructor'),
  securityTokenVariable: fc.constant('TOKEN'),
  qps: fc.constantFrom(1, 100_000),
  since: fc.constant('2026-01-31T00:00:00Z'),
};
const entry = fc
  .tuple(
    fc.record(good, { requiredKeys: ['name'] }),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(good), '__proto__'), hostileWord),
      fc.oneof(hostileWord, fc.jsonValue({ maxDepth: 1 })),
      { maxKeys: 1 },
    ),
    fc.integer({ min: 0, max: 4 }),
  )
  .map(([fields, odd, isOdd]) => (isOdd === 0 ? { ...fields, ...odd } : fields));
const listText = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .uniqueArray(entry, { maxLength: 5, selector: ({ name }) => name })
      .map((entries) => JSON.stringify(entries)),
  },
  fc
    .tuple(
      fc.array(entry, { maxLength: 2 }).map((entries) => JSON.stringify(entries)),
      hostileWord,
      fc.nat(20),
    )
    .map(([text, word, at]) => text.slice(0, at) + word + text.slice(at)),
);
const base = deploymentFile.parse(parse(readFileSync('s.yaml', 'utf8')));

describe('a list of sources, nearly right', () => {
  it('is refused, or makes sources, credentials, and a deployment that reads the same sources again', () => {
    fc.assert(
      fc.property(listText, (text) => {
        const { data } = sourceList.safeParse(text);
        if (!data) return;
        const config = parseConfig({ MPS_SOURCES: text, MPS_REGION: 'cn-hangzhou' });
        for (const { credentialVariables } of toSources(config))
          expect(messageOf(createCredentialSource({}, { variables: credentialVariables }))).toMatch(
            /^no MPS credentials/,
          );
        const made = toSourcesDeployment(base, data);
        const groups = Object.values(made.resources).map(({ props }) => props.environmentVariables.MPS_SOURCES ?? '');
        expect(groups.flatMap((group) => sourceList.parse(group))).toEqual(data);
        expect(toAlertSources(data)).not.toContain("'");
        const deployed = deploymentFile.safeParse(made);
        const isTaken = data.every(({ accessKeyIdVariable: id = 'a' }) => !/^(FC_|_)/.test(id));
        expect(deployed.success).toBe(isTaken);
      }),
    );
  });
});

describe('credentials out of any environment', () => {
  const name = fc.constantFrom(
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    'ALIBABA_CLOUD_SECURITY_TOKEN',
    '__proto__',
    'toString',
  );
  it('are a pair that says something, or an AppError that tells none of it', () => {
    fc.assert(
      fc.property(fc.dictionary(name, hostileWord), (env) => {
        const found = messageOf(createCredentialSource(env));
        if (typeof found === 'string') {
          for (const value of Object.values(env)) if (value.length > 10) expect(found).not.toContain(value);
        } else
          expect([found.accessKeyId, found.accessKeySecret]).toEqual([
            env.ALIBABA_CLOUD_ACCESS_KEY_ID,
            env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
          ]);
      }),
    );
  });
});

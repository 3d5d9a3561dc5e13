import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '#core/config.ts';
import { AppError } from '#core/errors.ts';

const read = (entries: unknown) => parseConfig({ MPS_SOURCES: JSON.stringify(entries) }).MPS_SOURCES;
const key = { accessKeyIdVariable: 'A_ID', accessKeySecretVariable: '_secret9' };

function refusalOf(entries: unknown): string {
  try {
    read(entries);
  } catch (error) {
    if (error instanceof AppError && error.code === 'config_invalid') return error.message;
    throw error;
  }
  throw new Error('the list was taken');
}

describe('an entry of MPS_SOURCES', () => {
  it.each([
    { name: 'a' },
    { name: '9.b_c-D' },
    { name: 'x'.repeat(63) },
    { name: 'a', region: 'cn-hangzhou', endpoint: 'localhost:8080' },
    { name: 'a', pipelineId: 'b11c171cced04565b1f38f1ecc39****' },
    { name: 'a', ...key },
    { name: 'a', ...key, securityTokenVariable: 'TOKEN', account: 'the big one' },
    { name: 'a', qps: 1, since: '1970-01-01T00:00:00+00:00' },
  ])('is taken as it stands: %j', (entry) => {
    expect(read([entry])).toEqual([entry]);
  });

  it.each([
    { entry: {}, at: '0.name' },
    { entry: { name: '' }, at: '0.name' },
    { entry: { name: 'x'.repeat(64) }, at: '0.name' },
    { entry: { name: '-a' }, at: '0.name' },
    { entry: { name: 'a b' }, at: '0.name' },
    { entry: { name: 'a\0' }, at: '0.name' },
    { entry: { name: 7 }, at: '0.name' },
    { entry: { name: 'a', region: 'Hangzhou' }, at: '0.region' },
    { entry: { name: 'a', endpoint: 'ftp://h' }, at: '0.endpoint' },
    { entry: { name: 'a', pipelineId: '' }, at: '0.pipelineId' },
    { entry: { name: 'a', pipelineId: 'p1,p2' }, at: '0.pipelineId' },
    { entry: { name: 'a', account: '' }, at: '0.account' },
    { entry: { name: 'a', account: '\0a' }, at: '0.account' },
    { entry: { name: 'a', account: 'x'.repeat(129) }, at: '0.account' },
    { entry: { name: 'a', accessKeyIdVariable: 'A_ID' }, at: '0.accessKeySecretVariable' },
    { entry: { name: 'a', accessKeySecretVariable: 'A_SECRET' }, at: '0.accessKeySecretVariable' },
    { entry: { name: 'a', securityTokenVariable: 'TOKEN' }, at: '0.securityTokenVariable' },
    { entry: { name: 'a', ...key, accessKeyIdVariable: 'LTAI5t-x' }, at: '0.accessKeyIdVariable' },
    { entry: { name: 'a', ...key, accessKeySecretVariable: '9' }, at: '0.accessKeySecretVariable' },
    { entry: { name: 'a', qps: 0 }, at: '0.qps' },
    { entry: { name: 'a', qps: 1.5 }, at: '0.qps' },
    { entry: { name: 'a', qps: '100' }, at: '0.qps' },
    { entry: { name: 'a', since: '2026-01-31' }, at: '0.since' },
    { entry: { name: 'a', since: '1969-12-31T23:59:59Z' }, at: '0.since' },
    { entry: { name: 'a', pipelineid: 'p1' }, at: '0' },
    { entry: { name: 'a', accessKeySecret: 'hunter2' }, at: '0' },
    { entry: null, at: '0' },
    { entry: 'a', at: '0' },
  ])('is refused with the place of the trouble: $entry', ({ entry, at }) => {
    expect(refusalOf([entry])).toMatch(/^MPS_SOURCES must be a JSON array/);
    expect(refusalOf([entry])).toContain(`(look at ${at})`);
    expect(refusalOf([{ name: 'good' }, entry])).toContain(`(look at ${at.replace('0', '1')})`);
  });

  it('is never quoted in a refusal, for it may hold a secret by mistake', () => {
    const secrets = fc.string({ unit: fc.constantFrom(...'abcXYZ019+/='), minLength: 12, maxLength: 40 });
    const fields = fc.constantFrom('name', 'region', 'endpoint', 'accessKeyIdVariable', 'qps', 'since', 'hidden');
    fc.assert(
      fc.property(secrets, fields, (secret, field) => {
        for (const entries of [[{ name: '!', [field]: secret }], [{ name: 'a', [`!${secret}`]: 1 }], `!${secret}`]) {
          const wrong = field === 'name' ? [{ name: `!${secret}` }] : entries;
          expect(refusalOf(wrong)).not.toContain(secret);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig, parseTimerConfig } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import { type VariableName, variables } from '#core/variables.ts';

const names = Object.keys(variables) as VariableName[];

const webUrls = {
  good: Object.fromEntries(
    ['https://hooks.example.com/services/T0/B0/x', 'http://127.0.0.1:9/?access_token=a%20b'].map((url) => [url, url]),
  ),
  bad: [
    'hooks.example.com',
    'ftp://h',
    'https://',
    'https://user@h/',
    'https://u:p@h',
    'file:///etc',
    'https://h:x/',
    'xhttps://h',
    'httpsx://h',
  ],
};

/** Per variable: texts that are taken, with what they become, and texts that are refused. */
const texts: Record<VariableName, { good: Record<string, unknown>; bad: string[] }> = {
  DATABASE_URL: {
    good: Object.fromEntries(
      ['postgres://u:p%40@h:5432/d', 'postgresql://h/d?sslmode=require'].map((url) => [url, url]),
    ),
    bad: [
      'h:5432/d',
      'mysql://h/d',
      'http://h/d',
      'postgres',
      'xpostgres://h/d',
      'postgresqlx://h/d',
      'postgres://h:x/d',
      // A password that is not encoded, of which a part would be taken for the host, or the host for a user.
      'postgres://u:p@ss/w#rd@h:5432/d',
      'postgres://u:p@secret#x@h/d',
      'postgres://u:12?x@h/d',
      'postgres://u:12/x@h/d',
      'postgres://u/x:y@h/d',
      'postgres://h/d#part',
    ],
  },
  VIEW_DATABASE_URL: {
    good: { 'postgres://standby/d': 'postgres://standby/d' },
    bad: ['standby', 'https://standby/d'],
  },
  MPS_REGION: {
    good: { 'cn-hangzhou': 'cn-hangzhou', 'us-west-1': 'us-west-1', 'cn-heyuan-acdr-1': 'cn-heyuan-acdr-1' },
    bad: [
      'hangzhou',
      'CN-HANGZHOU',
      'cn_hangzhou',
      'cn-',
      'cn-hangzhou.evil.example',
      'xcn-hangzhou',
      'cn-hangzhou/',
      'cn hangzhou',
    ],
  },
  MPS_ENDPOINT: {
    good: Object.fromEntries(
      ['mts.cn-hangzhou.aliyuncs.com', 'localhost:8080', 'http://127.0.0.1:1', 'https://h/path'].map((at) => [at, at]),
    ),
    bad: ['ftp://h', 'h:port', 'h:99999', 'h/path', 'two hosts', 'user@h', '//h', 'http://', 'xhttp://h', 'httpx://h'],
  },
  MPS_SOURCES: {
    good: { '[{"name": "a"}, {"name": "b"}]': [{ name: 'a' }, { name: 'b' }] },
    bad: ['a', '{}', '[]', '[{"name":"a"}', '[{"name":"a"},{"name":"a"}]'],
  },
  ALIBABA_CLOUD_ACCESS_KEY_ID: { good: { LTAI5t: 'LTAI5t' }, bad: [] },
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: { good: { 'any = text': 'any = text' }, bad: [] },
  ALIBABA_CLOUD_SECURITY_TOKEN: { good: { 'CAIS+/==': 'CAIS+/==' }, bad: [] },
  MPS_QPS: {
    good: { 1: 1, 100000: 100_000, '007': 7 },
    bad: ['0', '-1', '1.5', '100001', '1e3', 'ten', '1 0', '٣', '0x10'],
  },
  MPS_PAGE_SIZE: { good: { 1: 1, 300: 300 }, bad: ['0', '301', '1_0', '+1', 'NaN', 'Infinity'] },
  MPS_BACKFILL_SHARE: {
    good: { 0.8: 0.8, 1: 1, '1.0': 1, '1.00': 1, 0.001: 0.001 },
    bad: ['0', '0.0', '1.01', '-0.5', '.5', '50%', '1e-1', '0,5', '2'],
  },
  SYNC_SINCE: {
    good: Object.fromEntries(
      ['2026-01-31T00:00:00Z', '2026-01-31T08:00:00.5+08:00', '1970-01-01T00:00:00Z'].map((time) => [time, time]),
    ),
    bad: [
      '2026-01-31',
      '2026-01-31T00:00:00',
      '2026-02-30T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '1769817600',
      'yesterday',
    ],
  },
  SYNC_LOOKBACK_MINUTES: { good: { 0: 0, 525600: 525_600 }, bad: ['-1', '525601', '60m', '0.5'] },
  SYNC_SETTLE_SECONDS: { good: { 0: 0, 86400: 86_400 }, bad: ['-1', '86401', '5s'] },
  RETENTION_MONTHS: { good: { 1: 1, 12: 12 }, bad: ['0', '-1', '1.5', 'all'] },
  VIEW_TOKEN: { good: { one: ['one'], 'one, two ,,three,': ['one', 'two', 'three'] }, bad: [',', ' , ,'] },
  VIEW_ACCESS_KEY_ID: {
    good: { 'my.Key_id-1': 'my.Key_id-1' },
    bad: ['my key', 'key/1', 'ключ', 'x'.repeat(129)],
  },
  VIEW_ACCESS_KEY_SECRET: { good: { '16 = characters!': '16 = characters!' }, bad: ['fifteen letters', 'x'] },
  ALERT_WEBHOOK_URL: webUrls,
  ALERT_WEBHOOK_SECRET: {
    good: {
      [`,${'A'.repeat(32)},`]: ['A'.repeat(32)],
      [`whsec_${'A'.repeat(32)}`]: [`whsec_${'A'.repeat(32)}`],
      [`${'a+/9'.repeat(8)}, whsec_${'B'.repeat(43)}=`]: ['a+/9'.repeat(8), `whsec_${'B'.repeat(43)}=`],
      [`${'A'.repeat(32)} ${'C'.repeat(88)}`]: ['A'.repeat(32), 'C'.repeat(88)],
    },
    bad: [
      'whsec_',
      'whsec_short',
      'A'.repeat(31),
      'A'.repeat(89),
      `whsk_${'A'.repeat(32)}`,
      `${'A'.repeat(32)},x`,
      ',',
    ],
  },
  ALERT_DINGTALK_URL: webUrls,
  ALERT_DINGTALK_SECRET: { good: { SECabc: 'SECabc' }, bad: ['x'.repeat(201)] },
  ALERT_FEISHU_URL: webUrls,
  ALERT_FEISHU_SECRET: { good: { 'a b=': 'a b=' }, bad: ['x'.repeat(201)] },
  ALERT_SLACK_URL: webUrls,
  ALERT_ALLOW_HOSTS: {
    good: { 'Hook.Internal, 10.0.0.5,[FD00::1]': ['hook.internal', '10.0.0.5', '[fd00::1]'] },
    bad: ['https://hook.internal', 'hook.internal:8080', 'hook.internal/path', 'a b', ',', '*', 'hook.internal,a b'],
  },
  ALERT_RULES: {
    good: { 'job-failed': ['job-failed'], 'sync-stale, job-stuck,': ['sync-stale', 'job-stuck'] },
    bad: ['all', 'job-failed,all', 'job-failed;job-stuck', ',', 'Job-Failed'],
  },
  ALERT_GROUP_WAIT_SECONDS: { good: { 0: 0, 3600: 3600 }, bad: ['-1', '3601', '30s'] },
  ALERT_GROUP_INTERVAL_SECONDS: { good: { 1: 1, 86400: 86_400 }, bad: ['0', '86401', '5m'] },
  ALERT_REPEAT_MINUTES: { good: { 1: 1, 44640: 44_640 }, bad: ['0', '44641', '4h'] },
  ALERT_RESOLVE_MINUTES: { good: { 1: 1, 44640: 44_640 }, bad: ['0', '44641', '4h'] },
  ALERT_MAX_AGE_MINUTES: { good: { 1: 1, 525600: 525_600 }, bad: ['0', '525601', '1d'] },
  ALERT_FAILURE_RATE: { good: { 0.2: 0.2, 1: 1, '0.005': 0.005 }, bad: ['0', '1.01', '20%', '.2', '-0.1'] },
  ALERT_FAILURE_MIN_JOBS: { good: { 1: 1, 1000000: 1_000_000 }, bad: ['0', '1000001', 'few'] },
  ALERT_STUCK_MINUTES: { good: { 1: 1, 525600: 525_600 }, bad: ['0', '525601', '2h'] },
  ALERT_STALE_MINUTES: { good: { 1: 1, 525600: 525_600 }, bad: ['0', '525601', '15m'] },
  ALERT_HEARTBEAT_URL: {
    good: { 'https://hc-ping.com/0b8': 'https://hc-ping.com/0b8' },
    bad: ['hc-ping.com', 'ftp://h', 'https://u:p@h', 'https://'],
  },
  PUBLIC_URL: {
    good: {
      'https://jobs.example.com': 'https://jobs.example.com',
      'http://127.0.0.1:8080/view//': 'http://127.0.0.1:8080/view',
    },
    bad: ['jobs.example.com', 'ftp://h', 'https://u:p@h', 'https://h/?a=b', 'https://h/#top', 'javascript:alert(1)'],
  },
  LOG_LEVEL: {
    good: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
    bad: ['INFO', 'trace', 'silent', 'warning'],
  },
};
const defaults: Partial<Record<VariableName, unknown>> = {
  MPS_QPS: 100,
  MPS_PAGE_SIZE: 300,
  MPS_BACKFILL_SHARE: 0.8,
  SYNC_LOOKBACK_MINUTES: 60,
  SYNC_SETTLE_SECONDS: 5,
  ALERT_GROUP_WAIT_SECONDS: 30,
  ALERT_GROUP_INTERVAL_SECONDS: 300,
  ALERT_REPEAT_MINUTES: 240,
  ALERT_RESOLVE_MINUTES: 30,
  ALERT_MAX_AGE_MINUTES: 1440,
  ALERT_FAILURE_RATE: 0.2,
  ALERT_FAILURE_MIN_JOBS: 20,
  ALERT_STUCK_MINUTES: 120,
  ALERT_STALE_MINUTES: 15,
  LOG_LEVEL: 'info',
};
const good = names.flatMap((name) => Object.entries(texts[name].good).map(([text, value]) => ({ name, text, value })));
const bad = names.flatMap((name) => texts[name].bad.map((text) => ({ name, text })));
const fussy = names.filter((name) => texts[name].bad.length > 0);

function refusalOf(env: Record<string, string>, required: VariableName[] = []): AppError {
  try {
    parseConfig(env, { required });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the configuration was taken');
}

describe('a variable', () => {
  it.each(good)('is taken: $name=$text', ({ name, text, value }) => {
    expect(parseConfig({ [name]: text })).toEqual({ ...defaults, [name]: value });
    expect(parseConfig({ [name]: ` ${text}\n` })).toEqual({ ...defaults, [name]: value });
  });

  it.each(bad)('is refused with what it should have been: $name=$text', ({ name, text }) => {
    const { code, message } = refusalOf({ [name]: text });
    expect({ code, message }).toEqual({ code: 'config_invalid', message: `${name} must be ${variables[name].wants}` });
  });

  it.each(names)('that is empty or blank counts as absent: %s', (name) => {
    for (const text of [undefined, '', ' ', '\t\n']) expect(parseConfig({ [name]: text })).toEqual(defaults);
  });

  it.each(names)('that is required and missing is reported: %s', (name) => {
    const isDefaulted = name in defaults;
    for (const env of [{}, { [name]: '' }]) {
      if (isDefaulted) expect(parseConfig(env, { required: [name] })).toEqual(defaults);
      else expect(refusalOf(env, [name]).message).toBe(`${name} is not set: it wants ${variables[name].wants}`);
    }
  });

  it.each(names)('has a description and says what it wants: %s', (name) => {
    expect(variables[name].description).toMatch(/^[A-Z].*\.$/);
    expect(variables[name].wants).toMatch(/\w+/);
  });
});

it('the rules of alerts are told one by one to who misspells them', () => {
  expect(variables.ALERT_RULES.wants).toBe(
    'one or more of job-failed, failure-rate, job-stuck, sync-stale, sync-gaps, source-failing, unknown-state, ' +
      'rejected-records, separated by commas',
  );
});

describe('a configuration', () => {
  it('of other people’s variables is all defaults', () => {
    expect(parseConfig({ PATH: '/bin', mps_qps: 'x', MPS_QPS_: 'x', constructor: 'x' })).toEqual(defaults);
  });

  it('lists every bad and every missing variable at once, and no other', () => {
    fc.assert(
      fc.property(fc.subarray(fussy), fc.subarray(names), (wrong, required) => {
        const env = Object.fromEntries(wrong.map((name) => [name, texts[name].bad[0] ?? '']));
        const missing = required.filter((name) => !wrong.includes(name) && !(name in defaults));
        fc.pre(wrong.length + missing.length > 0);
        const told = refusalOf(env, required)
          .message.split('\n')
          .map((line) => line.split(' ')[0]);
        expect(told.toSorted()).toEqual([...wrong, ...missing].toSorted());
      }),
    );
  });

  it('never tells a value in its refusal, for any may hold a secret', () => {
    const secrets = fc.string({ unit: fc.constantFrom(...'abcXYZ019+/=@:%_-'), minLength: 12, maxLength: 40 });
    const dressed = fc.tuple(fc.constantFrom('', 'postgres://u:', 'https://', '2026-01-31T', '1', '0.'), secrets);
    fc.assert(
      fc.property(fc.constantFrom(...fussy), dressed, (name, [dress, secret]) => {
        const env = Object.fromEntries(names.map((each) => [each, `${dress}${secret}`]));
        const refusal = refusalOf({ ...env, [name]: `!${secret}`, MPS_QPS: `x${secret}` });
        expect(`${refusal.message} ${String(refusal.cause)}`).not.toContain(secret);
        expect(refusal.message).toContain(variables.MPS_QPS.wants);
      }),
    );
  });
});

describe('the configuration of a timer function', () => {
  const env = { DATABASE_URL: 'postgres://u@db/mps', MPS_QPS: '7' };

  it.each([
    ['the platform’s, where no variable tells', env, 'cn-beijing', 'cn-beijing'],
    ['the platform’s, where the variable is empty', { ...env, MPS_REGION: '' }, 'cn-beijing', 'cn-beijing'],
    ['the variable’s, where there is one', { ...env, MPS_REGION: 'cn-shanghai' }, 'cn-beijing', 'cn-shanghai'],
    ['none, where nobody tells', env, undefined, undefined],
  ])('has as its region %s', (_, given, region, told) => {
    const config = parseTimerConfig(given, region);
    expect(config.MPS_REGION).toBe(told);
    expect(config).toMatchObject({ MPS_QPS: 7, DATABASE_URL: env.DATABASE_URL });
  });

  it('wants a database', () => {
    expect(() => parseTimerConfig({}, 'cn-beijing')).toThrow(/^DATABASE_URL is not set/);
  });
});

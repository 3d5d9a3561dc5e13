import * as Mts from '@alicloud/mts20140618';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { describe, expect, test } from 'vitest';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import type { RunningSimulator } from '#simulator/server.ts';
import { start } from './simulators.ts';

type MtsClass = typeof Mts.default.default;
type Client = InstanceType<MtsClass>;
type Query = ConstructorParameters<typeof Mts.QuerySnapshotJobListRequest>[0];

/** The package is CommonJS: depending on the loader its class is `default` or, as the types say, `default.default`. */
const MtsClient: MtsClass = Mts.default.default ?? (Mts.default as unknown as MtsClass);

const FROM = Date.UTC(2026, 2, 1);
const TO = Date.UTC(2026, 2, 2);

function createClient({ port }: RunningSimulator, config: Record<string, unknown> = {}): Client {
  return new MtsClient(
    new $OpenApiUtil.Config({
      protocol: 'HTTP',
      endpoint: `127.0.0.1:${port}`,
      regionId: 'cn-hangzhou',
      accessKeyId: DEMO_ACCESS_KEY_ID,
      accessKeySecret: DEMO_ACCESS_KEY_SECRET,
      ...config,
    }),
  );
}

async function query(client: Client, fields: Query = {}) {
  const { body } = await client.querySnapshotJobList(new Mts.QuerySnapshotJobListRequest(fields));
  return { token: body?.nextPageToken, jobs: body?.snapshotJobList?.snapshotJob ?? [], body };
}

async function queryAll(client: Client, fields: Query = {}) {
  const pages = [await query(client, fields)];
  for (let token = pages[0]?.token; token; token = pages.at(-1)?.token) {
    pages.push(await query(client, { ...fields, nextPageToken: token }));
  }
  return pages.flatMap(({ jobs }) => jobs);
}

describe.each(['ACS3-HMAC-SHA256', 'v2'])('the official SDK with signature algorithm %s', (signatureAlgorithm) => {
  test('pages through thousands of jobs and gets each once, newest first', async () => {
    const simulator = await start({ qps: 0 });
    seedHistory(simulator.model, { count: 3000, from: FROM, to: TO, skew: 'bursty' });
    const jobs = await queryAll(createClient(simulator, { signatureAlgorithm }), { maximumPageSize: 300 });
    expect(simulator.traffic.calls).toBe(10);
    expect(jobs.map(({ id }) => id)).toEqual(simulator.model.all().map((job) => job.Id));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(3000);
    const times = jobs.map(({ creationTime }) => creationTime ?? '');
    expect(times).toEqual([...times].sort().reverse());
  });

  test('signs parameters with reserved characters in a way the double accepts', async () => {
    const simulator = await start();
    simulator.model.add({ Id: 'a', PipelineId: "p *!'()~ +/%é中" });
    const { jobs } = await query(createClient(simulator, { signatureAlgorithm }), { pipelineId: "p *!'()~ +/%é中" });
    expect(jobs.map(({ id }) => id)).toEqual(['a']);
  });

  test('passes with a temporary key and its token', async () => {
    const accessKeys = { 'STS.key': { secret: 's', securityToken: 'tok+/==' } };
    const simulator = await start({ accessKeys });
    const keys = { accessKeyId: 'STS.key', accessKeySecret: 's', securityToken: 'tok+/==', signatureAlgorithm };
    await expect(query(createClient(simulator, keys))).resolves.toMatchObject({ jobs: [] });
  });
});

describe('the official SDK', () => {
  test('looks jobs up by id and is told the unknown ones', async () => {
    const simulator = await start();
    seedHistory(simulator.model, { count: 20, from: FROM, to: TO });
    const [first, second] = simulator.model.all().map((job) => String(job.Id));
    const unknown = 'c6d973c33d1c4b21bc39907d3b29aaaa';
    const { jobs, body } = await query(createClient(simulator), { snapshotJobIds: [second, unknown, first].join() });
    expect(jobs.map(({ id }) => id)).toEqual([first, second]);
    expect(body?.nonExistSnapshotJobIds?.string).toEqual([unknown]);
  });

  test.each(['Submitted', 'Snapshoting', 'Success', 'Fail'])('lists the jobs in state %s only', async (state) => {
    const simulator = await start({ qps: 0 });
    seedHistory(simulator.model, { count: 1000, from: Date.now() - 60_000, to: Date.now() - 1000, stuckShare: 0.2 });
    const jobs = await queryAll(createClient(simulator), { state, maximumPageSize: 300 });
    expect(jobs.length).toBeGreaterThan(0);
    expect(new Set(jobs.map((job) => job.state))).toEqual(new Set([state]));
  });

  test('lists the jobs of a time range only, both ends included', async () => {
    const simulator = await start();
    seedHistory(simulator.model, { count: 500, from: FROM, to: TO });
    const times = simulator.model.all().map((job) => String(job.CreationTime));
    const [end = '', start_ = ''] = [times[100], times[300]];
    const range = { startOfJobCreatedTimeRange: start_, endOfJobCreatedTimeRange: end };
    const jobs = await queryAll(createClient(simulator), { ...range, maximumPageSize: 300 });
    expect(jobs.map((job) => job.creationTime)).toEqual(times.filter((time) => time >= start_ && time <= end));
  });

  test.each([
    ['a wrong secret', { accessKeySecret: 'wrong' }, {}, 'SignatureDoesNotMatch', 400],
    ['a wrong secret, V1', { accessKeySecret: 'wrong', signatureAlgorithm: 'v2' }, {}, 'SignatureDoesNotMatch', 400],
    ['an unknown key', { accessKeyId: 'LTAIunknown' }, {}, 'InvalidAccessKeyId.NotFound', 404],
    ['an uninvited token', { securityToken: 'tok' }, {}, 'InvalidSecurityToken.MismatchWithAccessKey', 400],
    ['a bad state', {}, { state: 'Done' }, 'InvalidParameter.InvalidState', 400],
    ['a bad time', {}, { startOfJobCreatedTimeRange: '2026-01-01' }, 'InvalidParameter.Format', 400],
    ['a page of 301', {}, { maximumPageSize: 301 }, 'InvalidParameter', 400],
    ['a made-up token', {}, { nextPageToken: 'cc6cbef8e8d5481ca536f5d2a466aaaa' }, 'InvalidParameter', 400],
  ])('raises the error of %s', async (_, config, fields, code, statusCode) => {
    const simulator = await start();
    await expect(query(createClient(simulator, config), fields)).rejects.toMatchObject({ code, statusCode });
    expect(simulator.traffic.counts()).toEqual({ calls: 1, throttled: 0, refused: 1 });
  });

  test('raises its throttling error, with the wait in milliseconds', async () => {
    const simulator = await start({ qps: 1, retryAfterHeader: 'ms' });
    const client = createClient(simulator);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => query(client)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(errors.length).toBeGreaterThanOrEqual(3);
    expect(errors[0]).toMatchObject({ name: 'ThrottlingError', code: 'Throttling.User', statusCode: 400 });
    expect((errors[0] as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
    expect(simulator.traffic.throttled).toBe(errors.length);
  });
});

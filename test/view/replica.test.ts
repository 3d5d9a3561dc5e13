import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import type { RawJob } from '#simulator/job.ts';
import { JobModel } from '#simulator/job-model.ts';
import { start } from '../simulator/simulators.ts';
import { callV1 } from '../simulator/v1-call.ts';
import { createClient, query, queryAll } from './official-client.ts';
import { serveView } from './serve-view.ts';
import { useView } from './use-view.ts';

const { createApp, startWriter } = useView();
const keys = { accessKeyId: DEMO_ACCESS_KEY_ID, accessKeySecret: DEMO_ACCESS_KEY_SECRET };
const replicaKey = { id: DEMO_ACCESS_KEY_ID, secret: DEMO_ACCESS_KEY_SECRET };
const now = Date.UTC(2026, 2, 2, 0, 0, 30);
let records: RawJob[] = [];

/** 3,000 jobs of a day, bursts within one second among them, and some that are not finished. */
beforeAll(() => {
  const model = new JobModel({ now: () => now });
  const shape = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2), stuckShare: 0.1, skew: 'bursty' } as const;
  seedHistory(model, { count: 3_000, ...shape });
  // MPS promises no order within a second. Numbered as they came, both sides have the same.
  records = model
    .all()
    .toReversed()
    .map((job, index) => ({ ...job, Id: index.toString(16).padStart(32, '0') }));
});

const replica = (options = {}) => serveView(createApp({ access: 'token', tokens: ['t'], replicaKey, ...options }));

async function seedBoth() {
  const simulator = await start({ qps: 0, now: () => now, requestClock: Date.now });
  simulator.model.addMany(records);
  const writer = await startWriter();
  for (let index = 0; index < records.length; index += 300) await writer.write(...records.slice(index, index + 300));
  return { simulator, view: await replica() };
}

describe.each(['ACS3-HMAC-SHA256', 'v2'])('the official SDK, with signature algorithm %s', (signatureAlgorithm) => {
  it('gets from the replica what it gets from MPS: all pages, by state, pipeline, range and ids', async () => {
    const { simulator, view } = await seedBoth();
    const config = { ...keys, signatureAlgorithm };
    const [mps, copy] = [createClient(simulator.url, config), createClient(view.url, config)];
    const time = (index: number) => String(records[index]?.CreationTime);
    const range = { startOfJobCreatedTimeRange: time(400), endOfJobCreatedTimeRange: time(2_400) };
    const ids = [5, 2_999, 1_200, 7].map((index) => String(records[index]?.Id));
    const wishes = [
      { maximumPageSize: 300 },
      { maximumPageSize: 7, ...range, state: 'Fail' },
      ...['Submitted', 'Snapshoting', 'Success', 'Fail'].map((state) => ({ state, maximumPageSize: 299 })),
      { pipelineId: String(records[0]?.PipelineId), maximumPageSize: 100 },
      { ...range, maximumPageSize: 250 },
      { startOfJobCreatedTimeRange: time(1_000), endOfJobCreatedTimeRange: time(1_000) },
      { pipelineId: "p *!'()~ +/%é中" },
      { snapshotJobIds: [...ids, 'c6d973c33d1c4b21bc39907d3b29aaaa'].join() },
      { snapshotJobIds: 'none,of,these' },
    ];
    let pages = 0;
    for (const wish of wishes) {
      const expected = await queryAll(mps, wish);
      pages += expected.length;
      expect(await queryAll(copy, wish), JSON.stringify(wish)).toEqual(expected);
    }
    expect(pages).toBeGreaterThan(50);
  }, 60_000);

  it.each([
    ['a wrong secret', { accessKeySecret: 'wrong' }, {}, 'SignatureDoesNotMatch', 400],
    ['an unknown key', { accessKeyId: 'LTAIunknown' }, {}, 'InvalidAccessKeyId.NotFound', 404],
    ['an uninvited token', { securityToken: 'tok' }, {}, 'InvalidSecurityToken.MismatchWithAccessKey', 400],
    ['a bad state', {}, { state: 'Done' }, 'InvalidParameter.InvalidState', 400],
    ['a bad time', {}, { startOfJobCreatedTimeRange: '2026-01-01' }, 'InvalidParameter.Format', 400],
    [
      'a day that there is not',
      {},
      { endOfJobCreatedTimeRange: '2026-02-30T00:00:00Z' },
      'InvalidParameter.Format',
      400,
    ],
    ['a page of 301', {}, { maximumPageSize: 301 }, 'InvalidParameter', 400],
    ['a page of none', {}, { maximumPageSize: 0 }, 'InvalidParameter', 400],
    ['a made-up token', {}, { nextPageToken: 'cc6cbef8e8d5481ca536f5d2a466aaaa' }, 'InvalidParameter', 400],
  ])('is refused as by MPS: %s', async (_, config, fields, code, statusCode) => {
    const simulator = await start({ requestClock: Date.now });
    const all = { ...keys, signatureAlgorithm, ...config };
    for (const { url } of [simulator, await replica()]) {
      await expect(query(createClient(url, all), fields)).rejects.toMatchObject({ code, statusCode });
    }
  });
});

describe('the replica', () => {
  it('takes ids by the hundred, where MPS takes ten', async () => {
    const { simulator, view } = await seedBoth();
    const snapshotJobIds = records
      .slice(0, 300)
      .map(({ Id }) => Id)
      .join();
    await expect(query(createClient(simulator.url, keys), { snapshotJobIds })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    const { answer } = await query(createClient(view.url, keys), { snapshotJobIds });
    expect(answer).toMatchObject({ snapshotJobList: { snapshotJob: { length: 300 } } });
  }, 30_000);

  it('refuses a token with other filters than it was made for', async () => {
    await (await startWriter()).write(...records.slice(0, 10));
    const client = createClient((await replica()).url, keys);
    const { token = '' } = await query(client, { maximumPageSize: 3 });
    await expect(query(client, { nextPageToken: token, state: 'Fail' })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    expect((await query(client, { nextPageToken: token, maximumPageSize: 300 })).answer).toMatchObject({
      snapshotJobList: { snapshotJob: { length: 7 } },
    });
  });

  it.each([
    ['no key is configured', { replicaKey: undefined }, { code: 'InvalidAccessKeyId.NotFound', statusCode: 404 }],
    ['the clock is far off', { now: () => Date.now() + 16 * 60_000 }, { code: 'InvalidTimeStamp.Expired' }],
  ])('refuses every call when %s', async (_, options, error) => {
    const { url } = await replica(options);
    await expect(query(createClient(url, keys))).rejects.toMatchObject(error);
  });

  it('answers nothing, and says why, when the view has no token', async () => {
    const { url } = await replica({ tokens: [] });
    await expect(query(createClient(url, keys))).rejects.toMatchObject({ statusCode: 503 });
  });

  it('takes a call once', async () => {
    const { url } = await replica();
    const call = { SignatureNonce: 'the-same' };
    expect((await callV1(url, call)).status).toBe(200);
    expect(await callV1(url, call)).toMatchObject({ status: 400, body: { Code: 'SignatureNonceUsed' } });
  });

  it.each([
    [{ Signature: undefined }, 'MissingParameter'],
    [{ Action: 'SubmitSnapshotJob' }, 'InvalidAction.NotFound'],
    [{ Version: '2019-01-01' }, 'NoSuchVersion'],
    [{ Timestamp: 'yesterday' }, 'InvalidTimeStamp.Format'],
    [{ SignatureMethod: 'HMAC-SHA256' }, 'IncompleteSignature'],
    [{ MaximumPageSize: 'ten' }, 'InvalidParameter.NumberFormatInvalid'],
    [{ PipelineId: 'a\0' }, 'InvalidParameter'],
  ])('refuses a V1 call with %j', async (changes, Code) => {
    const { url } = await replica();
    expect((await callV1(url, changes)).body).toMatchObject({
      Code,
      RequestId: expect.any(String),
      HostId: new URL(url).host,
    });
  });

  it('is no way into the rest of the view, nor is its key', async () => {
    const app = createApp({ access: 'token', tokens: ['t'], replicaKey });
    for (const path of ['/?Action=QuerySnapshotJobList', '/v1/jobs?Action=x', '/jobs']) {
      const headers = { 'x-acs-action': 'QuerySnapshotJobList', authorization: `Bearer ${replicaKey.secret}` };
      expect((await app.request(path, { headers })).ok).toBe(false);
    }
  });
});

beforeEach(() => {
  expect(records).toHaveLength(3_000);
});

import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Lane } from '#core/lane.ts';
import type { Answer } from '#mps/answer.ts';
import type { CallQuota } from '#mps/call-quota.ts';
import { createMpsClient, type MpsClientOptions } from '#mps/client.ts';
import type { OutgoingRequest, Transport } from '#mps/transport.ts';
import { createFakeClock } from './fake-clock.ts';

const page: Answer = { status: 200, headers: {}, text: '{"RequestId":"r","SnapshotJobList":{"SnapshotJob":[]}}' };
const refuse = (Code: string, status = 400, headers = {}): Answer => ({
  status,
  headers,
  text: JSON.stringify({ Code }),
});
const throttling = refuse('Throttling.User');
const reset = new AppError('mps_unavailable', 'ECONNRESET');
const query = { from: 1_700_000_000, to: 1_700_003_600, pageSize: 300, lane: 'history' } as const;

/** A client before a server that says these things in turn, the last one for ever. */
function setUp(script: readonly (Answer | AppError)[], options: Partial<MpsClientOptions> = {}) {
  const clock = createFakeClock();
  const sent: OutgoingRequest[] = [];
  const taken: Lane[] = [];
  const seen = { throttled: 0, credentials: 0 };
  const transport: Transport = {
    send: async (request) => {
      sent.push(request);
      const said = script[Math.min(sent.length, script.length) - 1];
      if (said instanceof AppError || !said) throw said;
      return said;
    },
    close: async () => {},
  };
  const quota: CallQuota = {
    take: async (lane) => void taken.push(lane),
    throttled: async () => {
      seen.throttled += 1;
    },
  };
  const credentials = () => {
    seen.credentials += 1;
    return { accessKeyId: `id-${seen.credentials}`, accessKeySecret: 'secret' };
  };
  const fixed = { transport, host: 'mps', credentials, quota, callsPerSecond: 100, clock, random: () => 0.5 };
  return { client: createMpsClient({ ...fixed, ...options }), clock, sent, taken, seen };
}

describe('the client', () => {
  it('asks for a page of a range, in the form that MPS wants', async () => {
    const { client, sent } = setUp([page]);
    await client.listJobs({ ...query, token: 't', state: 'Fail', pipelineId: 'p 1' });
    const parameters = Object.fromEntries(new URLSearchParams(sent[0]?.path.slice(2)));
    expect(parameters).toEqual({
      StartOfJobCreatedTimeRange: '2023-11-14T22:13:20Z',
      EndOfJobCreatedTimeRange: '2023-11-14T23:13:20Z',
      MaximumPageSize: '300',
      NextPageToken: 't',
      State: 'Fail',
      PipelineId: 'p 1',
    });
  });

  it('asks for jobs by id, all in one call', async () => {
    const { client, sent } = setUp([page]);
    await client.fetchJobs(['a', 'b']);
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.path.slice(2)))).toEqual({ SnapshotJobIds: 'a,b' });
  });

  it.each<[string, Answer | AppError]>([
    ['throttling', throttling],
    ['a reset connection', reset],
    ['ServiceUnavailable', refuse('ServiceUnavailable', 503)],
    ['HTML', { status: 200, headers: {}, text: '<html>' }],
    ['nothing', { status: 200, headers: {}, text: '' }],
  ])(
    'tries again after %s, with a slot, a nonce, a date and credentials of its own for each attempt',
    async (_, said) => {
      const { client, clock, sent, taken, seen } = setUp([said, said, page]);
      await client.listJobs(query);
      expect(client.counts().calls).toBe(3);
      expect(taken).toEqual(['history', 'history', 'history']);
      expect(seen.credentials).toBe(3);
      expect(new Set(sent.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(3);
      expect(clock.slept).toEqual([100, 200]);
    },
  );

  it('counts throttled answers and tells the quota of each', async () => {
    const { client, seen } = setUp([throttling, throttling, page]);
    await client.listJobs(query);
    expect(client.counts()).toEqual({ calls: 3, throttled: 2 });
    expect(seen.throttled).toBe(2);
  });

  it('waits at least as long as the server asks', async () => {
    const { client, clock } = setUp([refuse('Throttling.User', 400, { 'x-acs-retry-after': '1500' }), page]);
    await client.listJobs(query);
    expect(clock.slept).toEqual([1600]);
  });

  it('gives up after six attempts, with the last error', async () => {
    const { client, sent } = setUp([reset]);
    await expect(client.listJobs(query)).rejects.toBe(reset);
    expect(sent).toHaveLength(6);
  });

  it.each([
    ['InvalidAccessKeyId.NotFound', 'mps_credentials'],
    ['Forbidden.RAM', 'mps_forbidden'],
    ['InvalidParameter', 'mps_bad_request'],
    ['InvalidTimeStamp.Expired', 'mps_clock_skew'],
  ])('does not try again after %s', async (code, expected) => {
    const { client, sent } = setUp([refuse(code), page]);
    await expect(client.listJobs(query)).rejects.toMatchObject({ code: expected });
    expect(sent).toHaveLength(1);
  });

  it('stops in the middle of a wait, with the reason, when the work is called off', async () => {
    const controller = new AbortController();
    const clock = createFakeClock();
    const sleep = async () => controller.abort(new AppError('deadline', 'over'));
    const { client } = setUp([reset], { signal: controller.signal, clock: { ...clock, sleep } });
    await expect(client.listJobs(query)).rejects.toMatchObject({ code: 'deadline' });
  });
});

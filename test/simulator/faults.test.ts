import { describe, expect, test } from 'vitest';
import type { Fault, FaultRequest } from '#simulator/fault.ts';
import { call, idsOf, jobsOf, readPages } from './signed-call.ts';
import { literalJobs, start } from './simulators.ts';

/** A double with 20 jobs, five a page, whose call number `sequence` meets the fault. */
async function startWith(fault: Fault, sequence = 1) {
  const simulator = await start({
    faults: (request) => (request.sequence === sequence ? fault : undefined),
    maxPageSize: 5,
  });
  simulator.model.addMany(literalJobs(20));
  const newestFirst = literalJobs(20).reverse();
  return { ...simulator, ids: newestFirst.map((job) => job.Id) };
}

/** Sends a call that fails below HTTP; answers the code of the socket's error. */
async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => new Error('the call succeeded'),
    (reason: Error) => reason,
  );
  return (error.cause as { code?: string } | undefined)?.code ?? error.message;
}

describe('a fault of the answer', () => {
  test.each([
    [{ kind: 'throttle', retryAfterMs: 250 }, 400, '"Code":"Throttling.User"'],
    [{ kind: 'error', code: 'Throttling.User' }, 200, '"Code":"Throttling.User"'],
    [{ kind: 'error', code: 'InternalError', status: 500, message: 'out of order' }, 500, '"Message":"out of order"'],
    [{ kind: 'status', status: 502 }, 502, '<html>'],
    [{ kind: 'status', status: 503, body: 'no' }, 503, 'no'],
    [{ kind: 'empty-body' }, 200, ''],
    [{ kind: 'empty-body', status: 503 }, 503, ''],
  ] as const)('%j is answered so, once', async (fault, status, text) => {
    const { url, ids } = await startWith(fault);
    const reply = await call(url);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(text);
    expect(reply.text === '').toBe(text === '');
    expect(reply.headers.get('x-acs-retry-after')).toBe('retryAfterMs' in fault ? '250' : null);
    expect(idsOf([await call(url)])).toEqual(ids.slice(0, 5));
  });

  test('malformed-json is a whole response whose JSON has no end', async () => {
    const { url } = await startWith({ kind: 'malformed-json' });
    const { status, text } = await call(url);
    expect(status).toBe(200);
    expect(text).toContain('"SnapshotJobList"');
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test('throttle counts as throttled, any other error as refused', async () => {
    const throttled = await startWith({ kind: 'throttle' });
    await call(throttled.url);
    expect(throttled.traffic.counts()).toEqual({ calls: 1, throttled: 1, refused: 0 });
    const refused = await startWith({ kind: 'error', code: 'InternalError', status: 500 });
    await call(refused.url);
    expect(refused.traffic.counts()).toEqual({ calls: 1, throttled: 0, refused: 1 });
  });
});

describe('a fault of the delivery', () => {
  test('reset ends the connection before an answer', async () => {
    const { url } = await startWith({ kind: 'reset' });
    expect(await codeOf(call(url))).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
    expect((await call(url)).status).toBe(200);
  });

  test('reset after some bytes ends it in the middle of the body', async () => {
    const { url } = await startWith({ kind: 'reset', afterBytes: 40 });
    expect(await codeOf(call(url))).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  });

  test('hang never answers, and does not keep the double from closing', async () => {
    const { url, close, traffic } = await startWith({ kind: 'hang' });
    const hanging = codeOf(call(url));
    await expect.poll(() => traffic.calls).toBe(1);
    await close();
    expect(await hanging).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  });

  test('drip sends the right body in pieces', async () => {
    const { url, ids } = await startWith({ kind: 'drip', chunkBytes: 100, intervalMs: 5 });
    expect(idsOf([await call(url)])).toEqual(ids.slice(0, 5));
  });

  test('delay sends the right body later', async () => {
    const { url, ids } = await startWith({ kind: 'delay', ms: 60 });
    const startedAt = performance.now();
    expect(idsOf([await call(url)])).toEqual(ids.slice(0, 5));
    expect(performance.now() - startedAt).toBeGreaterThan(55);
  });

  test('a latency delays every answer within its bounds', async () => {
    const { url } = await start({ latencyMs: { mean: 40, jitter: 10 } });
    const startedAt = performance.now();
    await call(url);
    await call(url);
    expect(performance.now() - startedAt).toBeGreaterThan(58);
  });
});

describe('a fault of a page', () => {
  const sizesOf = (pages: Awaited<ReturnType<typeof readPages>>) =>
    pages.map((page) => page.body.SnapshotJobList.SnapshotJob.length);

  test('empty-page has no rows and a token that loses nothing, on a first page and later', async () => {
    for (const sequence of [1, 3]) {
      const { url, ids } = await startWith({ kind: 'empty-page' }, sequence);
      const pages = await readPages(url);
      expect(sizesOf(pages)[sequence - 1]).toBe(0);
      expect(idsOf(pages)).toEqual(ids);
    }
  });

  test('half-page is short and has a token for the rest', async () => {
    const { url, ids } = await startWith({ kind: 'half-page' }, 2);
    const pages = await readPages(url);
    expect(sizesOf(pages)).toEqual([5, 2, 5, 5, 3]);
    expect(idsOf(pages)).toEqual(ids);
  });

  test('duplicate-rows begins with rows of the page before and loses none', async () => {
    const { url, ids } = await startWith({ kind: 'duplicate-rows' }, 2);
    const pages = await readPages(url);
    expect(idsOf(pages.slice(1, 2))).toEqual([...ids.slice(0, 5), ...ids.slice(5, 10)]);
    expect([...new Set(idsOf(pages))]).toEqual(ids);
  });

  test('out-of-order has the rows of one page oldest first', async () => {
    const { url, ids } = await startWith({ kind: 'out-of-order' }, 2);
    const pages = await readPages(url);
    expect(idsOf(pages)).toEqual([...ids.slice(0, 5), ...ids.slice(5, 10).reverse(), ...ids.slice(10)]);
  });

  test('refuse-token refuses a token but not a first page', async () => {
    const { url } = await startWith({ kind: 'refuse-token' }, 2);
    const { NextPageToken = '' } = (await call(url)).body;
    expect((await call(url, { NextPageToken })).body.Code).toBe('InvalidParameter');
    expect((await call(url, { NextPageToken })).status).toBe(200);
    const first = await startWith({ kind: 'refuse-token' });
    expect((await call(first.url)).status).toBe(200);
  });
});

describe('stale rows', () => {
  const hour = 3_600_000;
  const isStale = { stale: true };

  /** A job that began an hour ago and ended half an hour ago, at a double whose rows are `ms` old while `isStale`. */
  async function startWithJob(ms: number) {
    const simulator = await start({ faults: () => (isStale.stale ? { kind: 'stale-rows', ms } : undefined) });
    const [job = {}] = literalJobs(1);
    const id = String(job.Id);
    const now = Date.now();
    simulator.model.add({
      id,
      pipelineId: 'p',
      submittedAt: now - 2 * hour,
      startedAt: now - hour,
      finishedAt: now - hour / 2,
      describe: (State) => ({ ...job, State }),
    });
    return { ...simulator, id };
  }

  const statesOf = async (url: string, query: Record<string, string>) =>
    jobsOf([await call(url, query)]).map(({ State }) => State);

  test.each([
    [0.75 * hour, 'Snapshoting'],
    [1.5 * hour, 'Submitted'],
    [9 * hour, 'Submitted'],
  ])('%d ms old have the state of then, listed, by state and by id', async (ms, state) => {
    isStale.stale = true;
    const { url, id } = await startWithJob(ms);
    expect(await statesOf(url, {})).toEqual([state]);
    expect(await statesOf(url, { State: state })).toEqual([state]);
    expect(await statesOf(url, { SnapshotJobIds: id })).toEqual([state]);
    expect(await statesOf(url, { State: 'Success' })).toEqual([]);
    isStale.stale = false;
    expect(await statesOf(url, { SnapshotJobIds: id })).toEqual(['Success']);
  });
});

describe('a fault rule', () => {
  test('sees the parameters, the caller, and how often the same call has come', async () => {
    const seen: FaultRequest[] = [];
    const { url } = await start({ faults: (request) => void seen.push(request) });
    await call(url, { State: 'Fail', MaximumPageSize: '5' });
    await call(url, { State: 'Success' });
    await call(url, { MaximumPageSize: '5', State: 'Fail' });
    expect(seen.map(({ sequence, attempt }) => [sequence, attempt])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(seen[0]?.query).toEqual({ State: 'Fail', MaximumPageSize: '5' });
    expect(seen[0]).toMatchObject({ accessKeyId: expect.any(String), account: expect.any(String) });
  });

  test('that throws is shown as a defect of the test, not as an answer of MPS', async () => {
    const { url } = await start({
      faults: () => {
        throw new Error('broken rule');
      },
    });
    const reply = await call(url);
    expect([reply.status, reply.text]).toEqual([500, 'simulator defect: Error: broken rule']);
  });
});

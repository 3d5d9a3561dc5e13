import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import { call, idsOf, readPages } from './signed-call.ts';
import { literalJobs, start } from './simulators.ts';

describe('the double', () => {
  test('serves 60,000 jobs in 200 pages, each job once', async () => {
    const { url, model, traffic } = await start({ qps: 0 });
    seedHistory(model, { count: 60_000, from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 2, 1), skew: 'bursty' });
    const ids = idsOf(await readPages(url, { MaximumPageSize: '300' }));
    expect(new Set(ids).size).toBe(60_000);
    expect(traffic.calls).toBe(200);
  });

  test('draws tokens, request ids and latencies from its seed', async () => {
    const answers = [];
    for (const seed of [1, 1, 2]) {
      const { url, model } = await start({ seed });
      model.addMany(literalJobs(40));
      answers.push((await call(url)).text);
    }
    expect(answers[1]).toBe(answers[0]);
    expect(answers[2]).not.toBe(answers[0]);
  });

  test('can serve the model of another one, as after a restart, but not its tokens', async () => {
    const first = await start();
    first.model.addMany(literalJobs(40));
    const { NextPageToken = '' } = (await call(first.url)).body;
    const second = await start({ model: first.model, port: await closing(first), seed: 2 });
    expect(second.port).toBe(first.port);
    expect(idsOf(await readPages(second.url))).toHaveLength(40);
    expect((await call(second.url, { NextPageToken })).body.Code).toBe('InvalidParameter');
  });

  test('refuses a body that no call of its operation has, in the words of the gateway, and serves on', async () => {
    const { url } = await start();
    const headers = { 'content-type': 'text/plain' };
    const send = (length: number) => call(url, {}, { headers, body: 'x'.repeat(length) });
    expect((await send(1_000_000)).status).toBe(200);
    for (const length of [1_000_001, 20_000_000]) {
      expect(await send(length)).toMatchObject({ status: 413, body: { Code: 'RequestEntityTooLarge' } });
    }
    expect((await call(url)).status).toBe(200);
  });

  test('rejects when its port is taken', async () => {
    const { port } = await start();
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('listens on loopback only and closes idle connections, any number of times', async () => {
    const { url, port, close } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    const socket = connect(port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
    await new Promise((resolve) => socket.on('connect', resolve));
    await close();
    await close();
    await ended;
  });

  async function closing(simulator: Awaited<ReturnType<typeof start>>): Promise<number> {
    await simulator.close();
    return simulator.port;
  }
});

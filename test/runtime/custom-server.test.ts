import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type CustomServerOptions, createCustomServer } from '../../runtime/index.ts';
import { createMemoryLog } from './contexts.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(options: Partial<CustomServerOptions>) {
  const memory = createMemoryLog();
  const server = createCustomServer({ listener: (_, response) => response.end('page'), log: memory.log, ...options });
  closers.push(() => server.close().closeAllConnections());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const control = (path: string) =>
    fetch(url + path, { method: 'POST', headers: { 'x-fc-control-path': path, 'x-fc-request-id': 'r-1' } });
  return { ...memory, url, control };
}

describe('a server for the custom runtime', () => {
  test('runs the hooks that the platform calls, and says how they went', async () => {
    const ran: string[] = [];
    const { control } = await serve({ initialize: () => void ran.push('up'), preStop: () => void ran.push('down') });
    expect((await control('/initialize')).headers.get('x-fc-status')).toBe('200');
    expect((await control('/pre-stop')).headers.get('x-fc-status')).toBe('200');
    expect(ran).toEqual(['up', 'down']);
  });

  test('reports a hook that failed, logs it with the request, and hides why', async () => {
    const { control, entries } = await serve({ initialize: () => Promise.reject(new Error('no database')) });
    const answer = await control('/initialize');
    expect(answer.headers.get('x-fc-status')).toBe('404');
    expect(await answer.text()).not.toContain('no database');
    expect(entries()).toMatchObject([{ msg: 'lifecycle_hook_failed', requestId: 'r-1' }]);
  });

  test('refuses events, and hands every request to its listener, one for /initialize too', async () => {
    const { url, control } = await serve({ initialize: () => Promise.reject(new Error('not for clients')) });
    expect((await control('/invoke')).status).toBe(404);
    expect(await (await fetch(`${url}/initialize`, { method: 'POST' })).text()).toBe('page');
  });

  test('puts the request on each line, where several are under way in one process', async () => {
    const memory = createMemoryLog();
    const waiting: (() => void)[] = [];
    const { url } = await serve({
      listener: async (request, response) => {
        await new Promise<void>((go) => {
          waiting.push(go);
          if (waiting.length === 2) for (const each of waiting) each();
        });
        memory.log.info({ path: request.url }, 'served');
        response.end();
      },
    });
    const ids = ['first', 'second'];
    await Promise.all(ids.map((id) => fetch(`${url}/${id}`, { headers: { 'x-fc-request-id': id } })));
    const seen = memory.entries().map(({ requestId, path }) => [requestId, path]);
    expect(seen.sort()).toEqual(ids.map((id) => [id, `/${id}`]));
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import getPort from 'get-port';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { useDatabase } from '../db/test-database.ts';

const db = useDatabase();
const headers = { authorization: 'Bearer a-token-for-tests' };
let child: ChildProcess | undefined;

afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** The built server in plain Node, as the platform starts it: out of its own folder, the port in FC_SERVER_PORT. */
async function start(options: readonly string[] = []): Promise<string> {
  const port = await getPort();
  child = spawn(process.execPath, [...options, 'index.js'], {
    cwd: join(inject('dist'), 'view-server'),
    env: { DATABASE_URL: db.url, VIEW_TOKEN: 'a-token-for-tests', FC_SERVER_PORT: String(port) },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server did not come up');
}

const rows = 16_000;
const heapMb = 48;

/** Jobs a second apart, of about 3.6 kB each where the record is included: more than the heap holds. */
async function fill(): Promise<void> {
  await db.database.query(sql`select mps.ensure_partitions(array['2026-01-10'::timestamptz])`);
  await db.database.query(sql`
    insert into mps.job (source, id, creation_time, first_seen_at, changed_at, raw)
    select 'default', md5(n::text), at, now(), now(), jsonb_build_object(
      'Id', md5(n::text), 'State', 'Success', 'UserData', repeat('x', 1500), 'CreationTime', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from (select n, '2026-01-10T00:00:00Z'::timestamptz + n * interval '1 second' as at from generate_series(1, ${rows}) as n) as drawn`);
}

const countLines = (chunk: Uint8Array): number => chunk.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);

describe('an export from the view as a server', { timeout: 60_000 }, () => {
  it('is a stream: pages are read as the reader takes them, and more of them than memory holds', async () => {
    await fill();
    const url = await start([`--max-old-space-size=${heapMb}`]);
    const answer = await fetch(`${url}/v1/export?include=raw`, { headers });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
    let [lines, bytes] = [0, 0];
    for await (const chunk of answer.body ?? []) {
      lines += countLines(chunk);
      bytes += chunk.length;
    }
    expect([lines, bytes > heapMb * 2 ** 20]).toEqual([rows, true]);

    // What is deleted after the first chunk has come cannot be sent any more, but for what waits in buffers on the way.
    const second = await fetch(`${url}/v1/export?include=raw`, { headers });
    const reader = second.body?.getReader();
    let sent = countLines((await reader?.read())?.value ?? new Uint8Array());
    await db.database.query(sql`delete from mps.job where creation_time < '2026-01-10T01:00:00Z'`);
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      sent += countLines(part.value);
    expect(sent).toBe(rows - 3_599);
  });
});

describe('the view as a server', () => {
  it('comes up on the port it is given, serves the view behind its token, and streams an export', async () => {
    const url = await start();
    const control = { 'x-fc-control-path': '/initialize' };
    const up = await fetch(`${url}/initialize`, { method: 'POST', headers: control });
    expect(up.headers.get('x-fc-status')).toBe('200');
    expect((await fetch(`${url}/v1/jobs`)).status).toBe(401);
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/v1/jobs`, { headers })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const exported = await fetch(`${url}/v1/export`, { headers });
    expect([exported.status, exported.headers.get('next-cursor')]).toEqual([200, null]);
  });

  it('answers after a pre-stop that something else asked for, and ends when told to', async () => {
    const url = await start();
    await fetch(`${url}/pre-stop`, { headers: { 'x-fc-control-path': '/pre-stop' } });
    expect((await fetch(`${url}/v1/jobs`, { headers })).status).toBe(200);
    child?.kill('SIGTERM');
    expect(await once(child as ChildProcess, 'exit')).toEqual([0, null]);
  });
});

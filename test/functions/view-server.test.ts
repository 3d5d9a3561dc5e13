import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { useDatabase } from '../db/test-database.ts';

const db = useDatabase();
const headers = { authorization: 'Bearer a-token-for-tests' };
let child: ChildProcess | undefined;

afterEach(async () => {
  if (child?.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** The built server in plain Node, as the platform starts it: out of its own folder, the port in FC_SERVER_PORT. */
async function start(): Promise<string> {
  const port = await getPort();
  child = spawn(process.execPath, ['index.js'], {
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

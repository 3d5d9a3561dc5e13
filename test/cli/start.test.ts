import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../db/test-database.ts';

interface Job {
  readonly id: string;
  readonly state: string;
}

const running: ChildProcess[] = [];
const outputs: (() => string)[] = [];
let directory: string;
const db = useDatabase();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mps-sync-cli-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => stop(child)));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const program = resolve('cli/bin.js');

function run(args: string[], env: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [program, ...args], { cwd: directory, env: { PATH, HOME, ...env } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  return { child, output: () => text };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function finish(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const { child, output } = run(args, env);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}

async function start(
  data: string,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; url: string; output: () => string }> {
  const { child, output } = run(['start', '--port', '0', '--data', data], env);
  running.push(child);
  outputs.push(output);
  const url = await until(() => /view +(http:\S+)[\s\S]*Ctrl-C/.exec(output())?.[1] ?? ended(child, output));
  return { child, url, output };
}

function ended(child: ChildProcess, output: () => string): undefined {
  if (child.exitCode !== null) throw new Error(`ended too early:\n${output()}`);
}

async function until<T>(probe: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 75_000; Date.now() < deadline; ) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it did not happen within 75 s${describeRunning()}`);
}

/** What the processes under test last said, for whoever has to find out why. */
const describeRunning = (): string => outputs.map((output) => `\n--- ${output().slice(-1500)}`).join('');

const getJobs = async (url: string, query: string) =>
  ((await (await fetch(`${url}/v1/jobs?${query}`)).json()) as { jobs: Job[] }).jobs;

describe('mps-sync start', { timeout: 200_000 }, () => {
  it('brings up everything from nothing, and a job lives on over a restart and over a kill', async () => {
    const data = join(directory, '.data');
    const first = await start(data);
    const born = await until(async () => (await getJobs(first.url, 'state=Submitted&limit=1'))[0]);
    expect(first.output()).toMatch(/database +postgres:\/\/mps:\*\*\*@127\.0\.0\.1:\d+\/demo \(\d+ migration/);
    expect(first.output()).toMatch(/MPS +a simulator on http:\/\/127\.0\.0\.1:\d+/);
    expect(first.output()).toMatch(/^ {2}commands +npx mps-sync jobs/m);
    const besideIt = await finish(['jobs', born.id, '--json']);
    expect(besideIt.code).toBe(0);
    expect(besideIt.output).toMatch(/using the database and the simulated MPS of the start that runs in \.data\n\{/);
    expect(besideIt.output).toContain(`"id":"${born.id}"`);
    expect(await stop(first.child)).toBe(0);
    expect(first.output()).toContain('Stopped.');
    expect((await finish(['jobs'])).output).toMatch(/^mps-sync: DATABASE_URL is not set/);

    const second = await start(data);
    const [kept] = await getJobs(second.url, `id=${born.id}`);
    expect(kept?.id).toBe(born.id);
    await stop(second.child, 'SIGKILL');

    const third = await start(data);
    const final = await until(async () => (await getJobs(third.url, `id=${born.id}&state=Success,Fail`))[0]);
    expect(final.id).toBe(born.id);
    const { transitions } = (await (await fetch(`${third.url}/v1/jobs/${born.id}/transitions`)).json()) as {
      transitions: { to_state: string }[];
    };
    expect(transitions.map(({ to_state }) => to_state)).toEqual([
      ...new Set(transitions.map(({ to_state }) => to_state)),
    ]);
    expect(transitions.at(0)?.to_state).toBe('Submitted');
    expect(transitions.at(-1)?.to_state).toBe(final.state);

    const besides = await finish(['start', '--port', '0', '--data', data]);
    expect(besides).toMatchObject({
      code: 2,
      output: expect.stringMatching(/is in use by another mps-sync \(process \d+\)/),
    });
  });

  it('keeps what a demo made up apart from the jobs of an account, in the same folder', async () => {
    const data = join(directory, 'demo-before');
    const demo = await start(data);
    await until(async () => (await getJobs(demo.url, 'limit=1'))[0]);
    await stop(demo.child);
    const key = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };
    const own = await start(data, { ...key, MPS_ENDPOINT: 'http://127.0.0.1:1' });
    expect(own.output()).toMatch(/database +postgres:\/\/mps:\*\*\*@127\.0\.0\.1:\d+\/mps \(/);
    expect(await getJobs(own.url, 'limit=1')).toEqual([]);
  });

  it('refuses a DATABASE_URL where the jobs of a demo and of an account would mix', async () => {
    const data = join(directory, 'demo-elsewhere');
    const key = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };
    const env = { DATABASE_URL: db.url };
    const demo = await start(data, env);
    await until(async () => (await getJobs(demo.url, 'limit=1'))[0]);
    await stop(demo.child);
    const arguments_ = ['start', '--port', '0', '--data', data];
    expect(await finish(arguments_, { ...env, ...key, MPS_ENDPOINT: 'http://127.0.0.1:1' })).toEqual({
      code: 2,
      output: expect.stringMatching(
        /^Starting…\nmps-sync: DATABASE_URL names a database that holds the jobs of a demo,/,
      ),
    });
    await db.database.query(sql`update mps.quota set account = 'default'`);
    expect(await finish(arguments_, env)).toEqual({
      code: 2,
      output: expect.stringMatching(/^Starting…\nmps-sync: DATABASE_URL names a database that holds jobs of MPS,/),
    });
    await db.database.query(sql`delete from mps.quota`);
    await start(data, env);
  });

  it('refuses a taken port in one sentence, and leaves nothing behind', async () => {
    const server: Server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const data = join(directory, 'untouched');
    const { code, output } = await finish(['start', '--port', String(port), '--data', data]);
    server.close();
    expect({ code, output }).toEqual({
      code: 2,
      output: `mps-sync: port ${port} of 127.0.0.1 is taken by another program: end it, or choose another with --port\n`,
    });
    await expect(readFile(data)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a broken data directory in one sentence', async () => {
    const data = join(directory, 'broken');
    await writeFile(data, 'not a directory');
    const { code, output } = await finish(['start', '--port', '0', '--data', data]);
    expect(code).toBe(2);
    expect(output).toMatch(
      /^Starting…\nmps-sync: \S+ cannot be used as the place for the embedded PostgreSQL .*delete it to begin anew.*\n$/,
    );
  });

  const refused: [string, Record<string, string>, RegExp][] = [
    [
      'DATABASE_URL is no Postgres URL',
      { DATABASE_URL: 'mysql://secret@host/db' },
      /^mps-sync: DATABASE_URL must be a URL such as postgres:[^\n]*\n$/,
    ],
    [
      'MPS_QPS is no number',
      { MPS_QPS: 'fast' },
      /^mps-sync: MPS_QPS must be a whole number of calls a second, at least 1\n$/,
    ],
    [
      'a key comes without its secret',
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id' },
      /^mps-sync: no MPS credentials: [^\n]*ALIBABA_CLOUD_ACCESS_KEY_SECRET\nMPS_REGION: set it[^\n]*\n$/,
    ],
    [
      'the database does not answer',
      { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/db' },
      /^Starting…\nmps-sync: DATABASE_URL cannot be used: Postgres is not reachable: [^\n]*\n$/,
    ],
  ];

  const refusedOptions: [string, string[], Record<string, string>, RegExp][] = [
    [
      'serve others without a token',
      ['--host', '0.0.0.0'],
      {},
      /^mps-sync: VIEW_TOKEN is not set: to serve 0\.0\.0\.0, which others can reach, it wants one\n$/,
    ],
    [
      'take the simulator for MPS with --no-demo',
      ['--no-demo'],
      { MPS_REGION: 'cn-hangzhou' },
      /^mps-sync: no MPS credentials: [^\n]*set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET\n$/,
    ],
    [
      'make real MPS any faster',
      ['--fast'],
      { MPS_REGION: 'cn-hangzhou', ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret@' },
      /^mps-sync: --fast is for the demo/,
    ],
  ];

  it.each(refusedOptions)('refuses to %s', async (_, args, env, message) => {
    const { code, output } = await finish(['start', '--port', '0', '--data', join(directory, 'never'), ...args], env);
    expect(code).toBe(2);
    expect(output).toMatch(message);
    expect(output).not.toContain('secret@');
  });

  it('serves others on --host, to those who have the token, and logs JSON with --json', async () => {
    const data = join(directory, 'data');
    const args = ['start', '--fast', '--port', '0', '--host', '0.0.0.0', '--json', '--data', data];
    const { child, output } = run(args, { VIEW_TOKEN: 'the-token' });
    running.push(child);
    const port = await until(() => /"view":"http:\/\/0\.0\.0\.0:(\d+)"/.exec(output())?.[1] ?? ended(child, output));
    expect((await fetch(`http://127.0.0.1:${port}/v1/jobs`)).status).toBe(401);
    const headers = { authorization: 'Bearer the-token', host: 'view.example.com' };
    expect((await fetch(`http://127.0.0.1:${port}/v1/jobs`, { headers })).status).toBe(200);
    expect(await stop(child, 'SIGTERM')).toBe(0);
    const lines = output().trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['starting', 'started', 'stopping', 'stopped']),
    );
    expect(entries.find(({ msg }) => msg === 'started')).toMatchObject({ isDemo: true, asksForToken: true });
    expect(output()).not.toContain('the-token');
  });

  it.each(refused)('refuses to start when %s', async (_, env, message) => {
    const { code, output } = await finish(['start', '--port', '0', '--data', join(directory, 'never')], env);
    expect(code).toBe(2);
    expect(output).toMatch(message);
    expect(output).not.toContain('secret@');
  });
});

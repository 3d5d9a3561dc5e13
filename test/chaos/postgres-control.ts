import { createWriteStream } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { findAccount } from '#cli/local-postgres/account.ts';
import { locateBinaries } from '#cli/local-postgres/binaries.ts';
import { AppError } from '#core/errors.ts';
import { readCode } from '#db/database-error.ts';
import { readParent, readState } from './process-state.ts';

/** The ways to make trouble for a server that `startLocalPostgres` started in `directory`. Each puts it right again. */
export interface PostgresControl {
  /** How often it was stopped in each way, seen to stand still, and said itself that its disk is full. */
  readonly counts: Readonly<Record<'fast' | 'immediate' | 'paused' | 'diskFull', number>>;
  /** Stops it, orderly (`fast`) or as a crash (`immediate`), and starts it after `downMs`. */
  restart(mode: 'fast' | 'immediate', downMs: number): Promise<void>;
  /** All its processes stand still for `ms`. */
  pause(ms: number): Promise<void>;
  /** Its disk is full for `ms`; `store` is what must fail then. `directory` has to be a small file system of its own. */
  fillDisk(ms: number, store: () => Promise<unknown>): Promise<void>;
  /** Puts right at once what is wrong, and does nothing any more. */
  close(): Promise<void>;
}

/** Takes hold of the server that runs in `directory` now. */
export async function controlPostgres(directory: string): Promise<PostgresControl> {
  const server = await takeServer(join(directory, 'postgres'));
  const closing = new AbortController();
  const last = (ms: number) => delay(ms, undefined, { signal: closing.signal }).catch(() => {});
  const { counts, ...makers } = createMakers(server, join(directory, 'ballast'), last);
  let current: Promise<void> = Promise.resolve();
  const unlessClosing =
    <Args extends unknown[]>(make: (...args: Args) => Promise<void>) =>
    (...args: Args): Promise<void> => {
      if (!closing.signal.aborted) current = make(...args);
      return current;
    };
  return {
    counts,
    restart: unlessClosing(makers.restart),
    pause: unlessClosing(makers.pause),
    fillDisk: unlessClosing(makers.fillDisk),
    async close() {
      closing.abort();
      await current.catch(() => {});
      await server.ensureUp();
    },
  };
}

type Server = Awaited<ReturnType<typeof takeServer>>;

async function takeServer(data: string) {
  const [{ pg_ctl }, account, options] = await Promise.all([locateBinaries(), findAccount(), readOptions(data)]);
  const control = (...args: string[]) => account.run(pg_ctl, [...args, '--silent', '--pgdata', data]);
  const isUp = () =>
    control('status').then(
      () => true,
      () => false,
    );
  const start = () => control('start', '--wait', '--log', join(data, 'server.log'), '--options', options);
  return {
    /** A full disk may end it a while later, in the middle of its recovery. */
    async ensureUp() {
      for (let attempt = 0; attempt < 20 && !(await isUp()); attempt += 1) await start().catch(() => delay(500));
    },
    stop: (mode: 'fast' | 'immediate') => control('stop', '--wait', '--mode', mode),
    findProcesses: () => findProcesses(data),
  };
}

/** What is wrong stays so for as long as `last` takes. */
function createMakers(server: Server, ballast: string, last: (ms: number) => Promise<void>) {
  const counts = { fast: 0, immediate: 0, paused: 0, diskFull: 0 };
  return {
    counts,
    async restart(mode: 'fast' | 'immediate', downMs: number) {
      await server.ensureUp();
      await server.stop(mode);
      counts[mode] += 1;
      await last(downMs);
      await server.ensureUp();
    },
    async pause(ms: number) {
      await server.ensureUp();
      const processes = await server.findProcesses();
      for (const pid of processes) signal(pid, 'SIGSTOP');
      await last(ms);
      if ((await readState(processes[0])) === 'T') counts.paused += 1;
      for (const pid of processes.reverse()) signal(pid, 'SIGCONT');
    },
    async fillDisk(ms: number, store: () => Promise<unknown>) {
      await pipeline(Readable.from(zeroes()), createWriteStream(ballast)).catch(() => {});
      await store().catch((error) => {
        if (isDiskFull(error)) counts.diskFull += 1;
      });
      await last(ms);
      await rm(ballast, { force: true });
      await delay(1_500);
      await server.ensureUp();
    },
  };
}

/** That is what Postgres says itself; a connection that is lost just then may be lost for another reason. */
export const isDiskFull = (error: unknown): boolean => error instanceof AppError && readCode(error.cause) === '53100';

/** The options that the server was started with, without its data directory, as `pg_ctl --options` takes them. */
async function readOptions(data: string): Promise<string> {
  const text = await readFile(join(data, 'postmaster.opts'), 'utf8');
  const quoted = [...text.matchAll(/"([^"]*)"/g)].map(([, option]) => option);
  return quoted.slice(2).join(' ');
}

/** The server's first process and all that it started. */
async function findProcesses(data: string): Promise<number[]> {
  const first = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const all = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const parents = await Promise.all(all.map(async (pid) => ({ pid, parent: await readParent(pid) })));
  return [first, ...parents.filter(({ parent }) => parent === first).map(({ pid }) => pid)];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // A process of a connection that has ended meanwhile.
  }
}

/** Without end: whoever writes them stops at a full disk. */
function* zeroes(): Generator<Buffer> {
  const block = Buffer.alloc(1024 * 1024);
  for (;;) yield block;
}

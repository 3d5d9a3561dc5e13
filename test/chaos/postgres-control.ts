import { createWriteStream } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { findAccount } from '#cli/local-postgres/account.ts';
import { locateBinaries } from '#cli/local-postgres/binaries.ts';
import { readParent, readState } from './process-state.ts';

/** The ways to make trouble for a server that `startLocalPostgres` started in `directory`. Each puts it right again. */
export interface PostgresControl {
  /** How often it was stopped in each way, seen to stand still, and unable to store anything. */
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
  const [{ pg_ctl }, account] = await Promise.all([locateBinaries(), findAccount()]);
  const data = join(directory, 'postgres');
  const options = await readOptions(data);
  const control = (...args: string[]) => account.run(pg_ctl, [...args, '--silent', '--pgdata', data]);
  const isUp = () =>
    control('status').then(
      () => true,
      () => false,
    );
  const start = () => control('start', '--wait', '--log', join(data, 'server.log'), '--options', options);
  /** A full disk may end it a while later, in the middle of its recovery. */
  const ensureUp = async () => {
    for (let attempt = 0; attempt < 20 && !(await isUp()); attempt += 1) {
      await start().catch(() => delay(500));
    }
  };
  const closing = new AbortController();
  const last = (ms: number) => delay(ms, undefined, { signal: closing.signal }).catch(() => {});
  const counts = { fast: 0, immediate: 0, paused: 0, diskFull: 0 };
  const makers = {
    async restart(mode: 'fast' | 'immediate', downMs: number) {
      await ensureUp();
      await control('stop', '--wait', '--mode', mode);
      counts[mode] += 1;
      await last(downMs);
      await ensureUp();
    },
    async pause(ms: number) {
      await ensureUp();
      const processes = await findProcesses(data);
      for (const pid of processes) signal(pid, 'SIGSTOP');
      await last(ms);
      if ((await readState(processes[0])) === 'T') counts.paused += 1;
      for (const pid of processes.reverse()) signal(pid, 'SIGCONT');
    },
    async fillDisk(ms: number, store: () => Promise<unknown>) {
      const ballast = join(directory, 'ballast');
      await pipeline(Readable.from(zeroes()), createWriteStream(ballast)).catch(() => {});
      await store().catch(() => {
        counts.diskFull += 1;
      });
      await last(ms);
      await rm(ballast, { force: true });
      await delay(1_500);
      await ensureUp();
    },
  };
  let current: Promise<void> = Promise.resolve();
  const unlessClosing = (make: () => Promise<void>): Promise<void> => {
    if (!closing.signal.aborted) current = make();
    return current;
  };
  return {
    counts,
    restart: (mode, downMs) => unlessClosing(() => makers.restart(mode, downMs)),
    pause: (ms) => unlessClosing(() => makers.pause(ms)),
    fillDisk: (ms, store) => unlessClosing(() => makers.fillDisk(ms, store)),
    async close() {
      closing.abort();
      await current.catch(() => {});
      await ensureUp();
    },
  };
}

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

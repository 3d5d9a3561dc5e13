import { createWriteStream } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { findAccount } from '#cli/local-postgres/account.ts';
import { locateBinaries } from '#cli/local-postgres/binaries.ts';

/** The ways to make trouble for a server that `startLocalPostgres` started in `directory`. Each puts it right again. */
export interface PostgresControl {
  /** Stops it, orderly (`fast`) or as a crash (`immediate`), and starts it after `downMs`. */
  restart(mode: 'fast' | 'immediate', downMs: number): Promise<void>;
  /** All its processes stand still for `ms`. */
  pause(ms: number): Promise<void>;
  /** Its disk is full for `ms`. `directory` has to be a small file system of its own. */
  fillDisk(ms: number): Promise<void>;
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
  return {
    async restart(mode, downMs) {
      await control('stop', '--wait', '--mode', mode);
      await delay(downMs);
      await start();
    },
    async pause(ms) {
      const processes = await findProcesses(data);
      for (const pid of processes) signal(pid, 'SIGSTOP');
      await delay(ms);
      for (const pid of processes.reverse()) signal(pid, 'SIGCONT');
    },
    async fillDisk(ms) {
      const ballast = join(directory, 'ballast');
      await pipeline(Readable.from(zeroes()), createWriteStream(ballast)).catch(() => {});
      await delay(ms);
      await rm(ballast, { force: true });
      if (!(await isUp())) await start();
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

/** The fourth field, which comes second after the name in brackets; 0 for a process that is gone. */
async function readParent(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
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

import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { type Account, findAccount } from '#cli/local-postgres/account.ts';
import { type Binaries, locateBinaries } from '#cli/local-postgres/binaries.ts';
import { lockDirectory } from '#cli/local-postgres/directory-lock.ts';
import { AppError } from '#core/errors.ts';

export interface LocalPostgres {
  /** URL of the server's maintenance database. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Cluster {
  readonly binaries: Binaries;
  readonly account: Account;
  readonly path: string;
}

const user = 'mps';

/**
 * Starts a PostgreSQL of its own on a free port of the loopback address and keeps everything in `directory`. A server
 * left over by a process that was killed is stopped first. Throws `data_directory_broken` when the directory cannot
 * be used, and then leaves it as it was. Tests name the programs of another release.
 */
export async function startLocalPostgres(
  directory: string,
  settings: readonly string[] = [],
  programs?: Binaries,
): Promise<LocalPostgres> {
  const binaries = programs ?? (await locateBinaries());
  try {
    await mkdir(directory, { recursive: true });
    const unlock = await lockDirectory(directory);
    const cluster = { binaries, account: await findAccount(), path: join(directory, 'postgres') };
    const passwordFile = join(directory, 'password');
    if (await exists(join(cluster.path, 'PG_VERSION'))) await stopServer(cluster).catch(() => {});
    else await initialize(cluster, passwordFile);
    const password = (await readFile(passwordFile, 'utf8')).trim();
    const port = await getPort({ port: Number(process.env.PGPORT) || 54329, host: '127.0.0.1' });
    await startServer(cluster, port, settings);
    const stop = async () => {
      await stopServer(cluster);
      await unlock();
    };
    return { url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    throw error instanceof AppError ? error : broken(directory, error);
  }
}

/** Made aside and moved into place, so that a cluster that is there is whole. */
async function initialize({ binaries, account, path }: Cluster, passwordFile: string): Promise<void> {
  const aside = `${path}.new`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  await Promise.all([account.own(aside), account.own(passwordFile)]);
  const options = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8'];
  await account.run(binaries.initdb, ['--pgdata', aside, ...options, '--locale', 'C']);
  await rename(aside, path);
}

async function startServer(
  { binaries, account, path }: Cluster,
  port: number,
  settings: readonly string[],
): Promise<void> {
  const log = join(path, 'server.log');
  await rm(log, { force: true });
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, ...settings];
  const options = flags.map((flag) => `-c ${flag}`).join(' ');
  try {
    await account.run(binaries.pg_ctl, [
      'start',
      '--wait',
      '--silent',
      '--pgdata',
      path,
      '--log',
      log,
      '--options',
      options,
    ]);
  } catch (cause) {
    const fatal = (await readFile(log, 'utf8').catch(() => '')).match(/(?:FATAL|PANIC): *(.*)/)?.[1];
    throw fatal ? new Error(fatal, { cause }) : cause;
  }
}

async function stopServer({ binaries, account, path }: Cluster): Promise<void> {
  await account.run(binaries.pg_ctl, ['stop', '--wait', '--silent', '--mode', 'fast', '--pgdata', path]);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function broken(directory: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  const what = `${directory} cannot be used as the place for the embedded PostgreSQL (${why})`;
  const remedy = 'move it away or delete it to begin anew, or set DATABASE_URL';
  return new AppError('data_directory_broken', `${what}: ${remedy}`, { cause });
}

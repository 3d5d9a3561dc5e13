import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { findPooler, startPooler } from './pgbouncer.ts';

/** What the tests can run on: the embedded server, an older one that is installed, or either behind a pooler. */
export const targets = ['embedded', 'installed', 'pooled'] as const;
export type Target = (typeof targets)[number];

export function toTarget(name = 'embedded'): Target {
  const target = targets.find((known) => known === name);
  if (!target) throw new Error(`TEST_POSTGRES is one of ${targets.join(', ')}`);
  return target;
}

/** What a test server may do without: it never has to survive a power cut. */
const fast = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

export interface TargetServer {
  /** The maintenance database, as the product reaches it. */
  readonly url: string;
  /** The same without the pooler. */
  readonly directUrl: string;
  stop(): Promise<void>;
}

/** Starts a target, with all it keeps in `directory`. */
export async function startTarget(target: Target, directory: string): Promise<TargetServer> {
  const server = await startLocalPostgres(directory, fast, target === 'installed' ? need(findInstalled()) : undefined);
  if (target !== 'pooled') return { ...server, directUrl: server.url };
  const pooler = await startPooler(server.url, directory);
  const stop = async () => {
    await pooler.stop();
    await server.stop();
  };
  return { url: pooler.url, directUrl: server.url, stop };
}

/** Why a target cannot be had here; `undefined` when it can. */
export function whyMissing(target: Target): string | undefined {
  if (target === 'installed' && !findInstalled()) return `there is no PostgreSQL ${oldest} or newer in ${installedIn}`;
  if (target === 'pooled' && !findPooler()) return 'pgbouncer is not installed';
  return undefined;
}

const installedIn = '/usr/lib/postgresql';
const oldest = 14;

/** Debian's server, of the oldest release installed that the product supports. */
export function findInstalled() {
  const releases = existsSync(installedIn) ? readdirSync(installedIn).map(Number) : [];
  return releases
    .filter((release) => release >= oldest)
    .sort((a, b) => a - b)
    .map((release) => toPrograms(join(installedIn, String(release), 'bin')))
    .find(({ initdb, pg_ctl }) => existsSync(initdb) && existsSync(pg_ctl));
}

const toPrograms = (folder: string) => ({ initdb: join(folder, 'initdb'), pg_ctl: join(folder, 'pg_ctl') });

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error(whyMissing('installed'));
  return value;
}

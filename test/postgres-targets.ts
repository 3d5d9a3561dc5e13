import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { installOldest } from './oldest-postgres.ts';
import { findPooler, startPooler } from './pgbouncer.ts';

/**
 * What the tests can run on: the embedded server, the oldest release supported, the one that the system has installed,
 * or the embedded one behind a pooler.
 */
export const targets = ['embedded', 'oldest', 'installed', 'pooled'] as const;
export type Target = (typeof targets)[number];

export function toTarget(name = 'embedded'): Target {
  const target = targets.find((known) => known === name);
  if (!target) throw new Error(`TEST_POSTGRES is one of ${targets.join(', ')}`);
  return target;
}

/**
 * What a test server may do without: it never has to survive a power cut. And an empty search path: the server's user
 * is called like the schema, so the usual one (`"$user", public`) would find a table whose `mps.` was forgotten. Times of commits are
 * what chaos judges by.
 */
const settings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'search_path=',
  'track_commit_timestamp=on',
];

export interface TargetServer {
  /** The maintenance database, as the product reaches it. */
  readonly url: string;
  /** The same without the pooler. */
  readonly directUrl: string;
  stop(): Promise<void>;
}

/** Starts a target, with all it keeps in `directory`. */
export async function startTarget(target: Target, directory: string): Promise<TargetServer> {
  const server = await startLocalPostgres(directory, settings, await findPrograms(target));
  if (target !== 'pooled') return { ...server, directUrl: server.url };
  const pooler = await startPooler(server.url, directory);
  const stop = async () => {
    await pooler.stop();
    await server.stop();
  };
  return { url: pooler.url, directUrl: server.url, stop };
}

/** What a target's programs are; `undefined` for those of the project's own package. */
async function findPrograms(target: Target) {
  if (target === 'oldest') return installOldest();
  if (target !== 'installed') return undefined;
  const installed = findInstalled();
  if (!installed) throw new Error(whyMissing(target));
  return installed;
}

/** Why a target cannot be had here, and how it could; `undefined` when it can. */
export function whyMissing(target: Target): string | undefined {
  if (target === 'installed' && !findInstalled()) {
    return `there is no PostgreSQL ${oldest} or newer in ${installedIn}: apt-get install postgresql`;
  }
  if (target === 'pooled' && !findPooler()) return 'there is no pgbouncer: apt-get install pgbouncer';
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
    .map((release) => ({ release, ...toPrograms(join(installedIn, String(release), 'bin')) }))
    .find(({ initdb, pg_ctl }) => existsSync(initdb) && existsSync(pg_ctl));
}

const toPrograms = (folder: string) => ({ initdb: join(folder, 'initdb'), pg_ctl: join(folder, 'pg_ctl') });

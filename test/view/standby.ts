import { appendFile, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { findAccount } from '#cli/local-postgres/account.ts';
import { type LocalPostgres, startLocalPostgres } from '#cli/local-postgres/index.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';

const fast = ['fsync=off', 'wal_keep_size=128MB', 'max_connections=30'];

/** A primary with this release's schema and a hot standby that streams from it. */
export interface Pair {
  readonly primaryUrl: string;
  readonly standbyUrl: string;
  stop(): Promise<void>;
}

/**
 * Makes the standby from a copy of the primary's files taken while it runs, as `pg_basebackup` does, which the embedded
 * PostgreSQL does not bring along.
 */
export async function startPair(): Promise<Pair> {
  const directory = await mkdtemp(join(tmpdir(), 'mps-sync-standby-'));
  const [first, second] = [join(directory, 'primary'), join(directory, 'standby')];
  const primary = await startLocalPostgres(first, fast);
  const primaryUrl = await ensureDatabase(primary.url, 'mps');
  await runMigrations({ url: primaryUrl, migrationsFolder: 'migrations' });
  await copyCluster(primary, first, second);
  const standby = await startLocalPostgres(second, fast);
  const standbyUrl = new URL(standby.url);
  standbyUrl.pathname = '/mps';
  return {
    primaryUrl,
    standbyUrl: standbyUrl.href,
    stop: async () => {
      await standby.stop();
      await primary.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyCluster(primary: LocalPostgres, from: string, to: string): Promise<void> {
  const account = await findAccount();
  await mkdir(to);
  const session = createDatabase({ url: primary.url, connections: 1 });
  await session.query(sql`select pg_backup_start('standby', true)`);
  await account.run('cp', ['-a', join(from, 'postgres'), join(to, 'postgres')]);
  const [stop] = await session.query<{ labelfile: string }>(sql`select labelfile from pg_backup_stop(false)`);
  await session.close();
  await copyFile(join(from, 'password'), join(to, 'password'));
  const cluster = join(to, 'postgres');
  await rm(join(cluster, 'postmaster.pid'));
  const { hostname, port, username, password } = new URL(primary.url);
  const info = `host=${hostname} port=${port} user=${username} password=${password}`;
  await writeFile(join(cluster, 'backup_label'), stop?.labelfile ?? '');
  await writeFile(join(cluster, 'standby.signal'), '');
  await appendFile(join(cluster, 'postgresql.auto.conf'), `\nprimary_conninfo = '${info}'\n`);
  for (const file of ['backup_label', 'standby.signal', 'postgresql.auto.conf']) await account.own(join(cluster, file));
}

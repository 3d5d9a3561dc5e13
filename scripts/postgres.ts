import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';

export interface RunningPostgres {
  /** Which release it is, and what it was told. */
  readonly facts: ServerFacts;
  /** Makes a migrated database, empty or a copy of one that nobody is connected to, and returns its URL. */
  createDatabase(name: string, template?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  /** Tells the server something else than at its start; it must be something that needs no new start. */
  set(setting: string, value: string): Promise<void>;
  close(): Promise<void>;
}

export interface ServerFacts {
  readonly version: string;
  /** What it was told when it was started, besides where to listen. */
  readonly settings: Readonly<Record<string, string>>;
}

/** An embedded PostgreSQL of the script's own, with the durability that users have. */
export async function openPostgres(): Promise<RunningPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'mps-sync-postgres-'));
  const server = await startLocalPostgres(directory, ['shared_buffers=512MB', 'max_wal_size=4GB']);
  return {
    facts: await readServerFacts(server.url),
    async createDatabase(name, template) {
      const url = await ensureDatabase(server.url, name, template);
      await runMigrations({ url, migrationsFolder: 'migrations' });
      return url;
    },
    dropDatabase: (name) => tell(server.url, [sql`drop database ${sql.identifier(name)}`]),
    set: (setting, value) =>
      tell(server.url, [
        sql`alter system set ${sql.identifier(setting)} = ${sql.identifier(value)}`,
        sql`select pg_reload_conf()`,
      ]),
    async close() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function tell(serverUrl: string, statements: readonly SQL[]): Promise<void> {
  const server = createDatabase({ url: serverUrl, connections: 1 });
  try {
    for (const statement of statements) await server.query(statement);
  } finally {
    await server.close();
  }
}

export async function readServerFacts(url: string): Promise<ServerFacts> {
  const database = createDatabase({ url, connections: 1 });
  try {
    const rows = await database.query<{ name: string; value: string }>(sql`
      select name, current_setting(name) as value from pg_settings
      where name = 'server_version' or source = 'command line'
        and name not in ('port', 'listen_addresses', 'unix_socket_directories')
      order by name`);
    const { server_version: version = 'unknown', ...settings } = Object.fromEntries(
      rows.map(({ name, value }) => [name, value]),
    );
    return { version, settings };
  } finally {
    await database.close();
  }
}

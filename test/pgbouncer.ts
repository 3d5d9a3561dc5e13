import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import getPort from 'get-port';
import { Client } from 'pg';
import { createDatabase } from '#db/client.ts';

/** The program, where the system has it. */
export const findPooler = (): string | undefined =>
  ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((path) => existsSync(path));

/** Asks the pooler itself: its console is a database called like it, and takes no parameters. */
export async function askPooler<Row extends object>(url: string, question: 'show pools'): Promise<Row[]> {
  const console = new URL(url);
  console.pathname = '/pgbouncer';
  const client = new Client({ connectionString: console.href });
  await client.connect();
  try {
    return (await client.query<Row>(question)).rows;
  } finally {
    await client.end();
  }
}

/** Starts a pgbouncer in transaction mode in front of a server, and answers the server's URL through it. */
export async function startPooler(serverUrl: string, directory: string) {
  const program = findPooler();
  if (!program) throw new Error('there is no pgbouncer: apt-get install pgbouncer');
  const url = new URL(serverUrl);
  const settings = join(directory, 'pgbouncer.ini');
  const users = join(directory, 'pgbouncer.users');
  const port = await getPort({ host: '127.0.0.1' });
  await writeFile(users, `"${url.username}" "${decodeURIComponent(url.password)}"\n`);
  await writeFile(settings, toSettings({ server: url, port, users }));
  // As root it changes to a user without rights of its own, who has to be able to read these.
  await Promise.all([chmod(directory, 0o711), chmod(users, 0o644), chmod(settings, 0o644)]);
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, ['-q', ...asNobody, settings], { stdio: 'ignore' });
  url.port = String(port);
  await waitUntilAnswered(url.href);
  return {
    url: url.href,
    async stop() {
      child.kill('SIGINT');
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

const toSettings = ({ server, port, users }: { server: URL; port: number; users: string }) => `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
auth_user = ${server.username}
stats_users = ${server.username}
pool_mode = transaction
default_pool_size = 8
max_client_conn = 500
server_idle_timeout = 5
`;

async function waitUntilAnswered(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const database = createDatabase({ url, connections: 1 });
    try {
      await database.query(sql`select 1 as one`);
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await delay(100);
    } finally {
      await database.close();
    }
  }
}

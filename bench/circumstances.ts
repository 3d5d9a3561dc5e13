import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';

/** What figures belong to: code, machine, and what else it had to do when they were begun. */
export interface Circumstances {
  readonly at: Date;
  /** `dirty` where the code was not as committed, `none` where there is no history. */
  readonly commit: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  /** Processes that ran or wanted to, on average over the last minute. */
  readonly loadAtStart: number;
}

export function readCircumstances(): Circumstances {
  return {
    at: new Date(),
    commit: readCommit(),
    machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    loadAtStart: Number(loadavg()[0]?.toFixed(2)),
  };
}

/** Results that were kept before do not make the code another. */
function readCommit(): string {
  try {
    const git = (...words: string[]) =>
      execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--', '.', ':!bench/results', ':!docs/images');
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed === '' ? '' : ' dirty'}`;
  } catch {
    return 'none';
  }
}

export interface ServerFacts {
  readonly version: string;
  /** What it was told when it was started, besides where to listen. */
  readonly settings: Readonly<Record<string, string>>;
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

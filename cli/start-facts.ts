import { join, resolve } from 'node:path';
import type { Started } from '#cli/announcer.ts';
import { dataDirectories } from '#cli/running-start.ts';
import type { Config } from '#core/config.ts';
import { toSources } from '#core/sources.ts';

/** What a start says of its parts. `data` is where its own Postgres lives, if it has one. */
export function toFacts(parts: {
  config: Config;
  url: string;
  data: string | undefined;
  simulator: string | undefined;
}): Omit<Started, 'migrationsApplied' | 'view'> {
  const { config, url, data, simulator } = parts;
  const endpoints = () => toSources(config).map(({ endpoint }) => endpoint.origin);
  return {
    database: withoutPassword(url),
    sql: data === undefined ? `psql "${withoutPassword(url)}"` : describeOwnSql(url, data),
    mps: simulator ?? endpoints().join(', '),
    isDemo: simulator !== undefined,
    asksForToken: config.VIEW_TOKEN !== undefined,
    lendsDatabase: data !== undefined && isLookedInto(data),
  };
}

/** Other commands look for a start in the usual data directories of the folder they are called in. */
const isLookedInto = (data: string): boolean =>
  Object.values(dataDirectories).some((name) => resolve(name) === resolve(data));

function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}

/** The embedded Postgres made up a password of its own, which is in a file and need not be on the screen. */
function describeOwnSql(url: string, directory: string): string {
  const { username, host, pathname } = new URL(url);
  return `psql "postgres://${username}:$(cat ${join(directory, 'password')})@${host}${pathname}"`;
}

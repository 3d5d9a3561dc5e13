import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { CommandIo } from '#cli/io.ts';
import { readHolder } from '#cli/local-postgres/directory-lock.ts';
import type { Environment } from '#core/config.ts';
import { parseJson } from '#core/json.ts';

/** Where `start` keeps its data unless it is told otherwise, with and without `--fast`. */
export const dataDirectories = { usual: '.data', fast: '.data-fast' } as const;

const fileName = 'running.json';
const runningStart = z.object({ pid: z.int(), isDemo: z.boolean(), env: z.record(z.string(), z.string()) });

/** What is told of a start that runs. */
export interface RunningStart {
  readonly isDemo: boolean;
  /** What another command needs to use the same database and, in a demo, the same simulator. */
  readonly env: Environment;
}

/**
 * Lets other commands find a start that runs with a database of its own: how to reach it goes into a file of its data
 * directory that only its owner may read. Returns what takes it away again.
 */
export async function publishStart(directory: string, start: RunningStart): Promise<() => Promise<void>> {
  const file = join(directory, fileName);
  await writeFile(`${file}.new`, JSON.stringify({ pid: process.pid, ...start }), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return () => rm(file, { force: true });
}

/**
 * The environment of a command: where it names no database and a start runs here with one of its own, that one, and a
 * line that says so. A start that was killed left its file behind; its data directory then has no living holder.
 */
export async function borrowStart({ env, err, directory }: CommandIo): Promise<Environment> {
  if (env.DATABASE_URL?.trim() || env.VIEW_DATABASE_URL?.trim()) return env;
  for (const name of Object.values(dataDirectories)) {
    const found = await readStart(join(directory, name));
    if (!found) continue;
    const what = found.isDemo ? 'the database and the simulated MPS' : 'the database';
    err.write(`mps-sync: DATABASE_URL is not set: using ${what} of the start that runs in ${name}\n`);
    return { ...env, ...found.env };
  }
  return env;
}

async function readStart(directory: string): Promise<z.output<typeof runningStart> | undefined> {
  const text = await readFile(join(directory, fileName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { data } = runningStart.safeParse(parseJson(text));
  return data && (await readHolder(directory)) === data.pid ? data : undefined;
}

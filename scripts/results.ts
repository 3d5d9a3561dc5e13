import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Circumstances } from './circumstances.ts';
import type { ServerFacts } from './postgres.ts';

export type Kept<Result extends object> = Circumstances & { readonly postgres: ServerFacts } & Result;

const toPath = (name: string): string => `bench/results/${name}.json`;

/**
 * Keeps what was measured, for the documents and for whoever compares. Every script that measures does so when it ran at the size
 * of the documents, which is what it does unless told otherwise, and only then.
 */
export async function keepResult<Result extends object>(name: string, result: Kept<Result>): Promise<void> {
  await mkdir('bench/results', { recursive: true });
  await writeFile(toPath(name), JSON.stringify(result, null, 1));
  // As the checks want it: else whoever measured would have to know.
  await promisify(execFile)('node_modules/.bin/biome', ['format', '--write', toPath(name)]);
  process.stderr.write(`kept in ${toPath(name)}; "npm run docs" takes what the documents say from there\n`);
}

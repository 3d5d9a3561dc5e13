import { mkdir, writeFile } from 'node:fs/promises';
import type { Circumstances, ServerFacts } from './circumstances.ts';

export type Kept<Result extends object> = Circumstances & { readonly postgres: ServerFacts } & Result;

const toPath = (name: string): string => `bench/results/${name}.json`;

/**
 * Keeps what was measured, for the documents and for whoever compares. Every script that measures does so when it ran at the size
 * of the documents, which is what it does unless told otherwise, and only then.
 */
export async function keepResult<Result extends object>(name: string, result: Kept<Result>): Promise<void> {
  await mkdir('bench/results', { recursive: true });
  await writeFile(toPath(name), `${JSON.stringify(result, null, 1)}\n`);
  process.stderr.write(`kept in ${toPath(name)}; "npm run docs" takes what the documents say from there\n`);
}

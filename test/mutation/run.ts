/**
 * `npm run mutate -- [--workers 2] [core/plan.ts …]`: changes all of `core` (or the files named) in small ways and looks
 * whether a test notices. What is known of each file is kept in `.data/mutation`, and `docs/mutation.md` is written from all
 * of it. Exit status 1 when fewer than 90% of the changes were noticed.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { renderMutation, toScore } from './page.ts';
import { isTold, type Tried, toTried } from './tried.ts';

const { values, positionals } = parseArgs({
  options: { workers: { type: 'string', default: '2' } },
  allowPositionals: true,
});
const folder = '.data/mutation';
const all = readdirSync('core')
  .sort()
  .map((name) => `core/${name}`);
const files = positionals.length > 0 ? positionals : all;
const mutants = await new Stryker({ mutate: files, concurrency: Number(values.workers) }).runMutationTest();
mkdirSync(folder, { recursive: true });
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const told = mutants.filter((mutant) => mutant.fileName.endsWith(file) && isTold(mutant));
  writeFileSync(toResultPath(file), JSON.stringify(told.map((mutant) => toTried(mutant, file, text))));
  process.stdout.write(`${file}: ${toScore(readTried(file))}\n`);
}
const tried = all.flatMap(readTried);
writeFileSync('docs/mutation.md', renderMutation(tried));
process.stdout.write(`core: ${toScore(tried)}\n`);
if (tried.filter(({ noticed }) => noticed).length < tried.length * 0.9) process.exitCode = 1;

function toResultPath(file: string): string {
  return `${folder}/${basename(file, '.ts')}.json`;
}

function readTried(file: string): Tried[] {
  try {
    return JSON.parse(readFileSync(toResultPath(file), 'utf8'));
  } catch {
    return [];
  }
}

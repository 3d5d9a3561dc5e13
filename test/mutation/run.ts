/**
 * `npm run mutate -- [--workers 2] [core/plan.ts …]`: changes all of `core` (or the files named) in small ways and looks
 * whether a test notices. What is known of each file is kept in `.data/mutation`, and `docs/mutation.md` is written from all
 * of it, unless that would lose files which the page tells of and which were not tried in this checkout: then the page is left as
 * it is. `--again` tries only the lines on which something was not noticed: for when tests were added and nothing else
 * changed. `--render` tries nothing. The page names the commit of each result: commit before. Exit status 1 when fewer than
 * 90% of the changes were noticed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { readArguments } from '../../bench/read-arguments.ts';
import { replaceTried, toParts, toSurvivingLines } from './again.ts';
import { renderMutation, toLost, toScore } from './page.ts';
import { isCurrent, isNoticed, isTold, type Result, toTried } from './tried.ts';

const usage = `npm run mutate -- [--workers 2] [--again | --render] [core/plan.ts …]
Changes core in small ways, looks whether a test notices, and writes docs/mutation.md.`;
const { values, positionals } = readArguments(usage, {
  options: {
    workers: { type: 'string', default: '2' },
    again: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const folder = '.data/mutation';
const page = 'docs/mutation.md';
const all = readdirSync('core')
  .sort()
  .map((name) => `core/${name}`);
const files = positionals.length > 0 ? positionals : all;
mkdirSync(folder, { recursive: true });
if (!values.render) await tryChanges();
const untried = all.filter((file) => !existsSync(toResultPath(file)) || !isUpToDate(file));
const results = all.filter((file) => !untried.includes(file)).map(readResult);
const tried = results.flatMap((result) => result.tried);
writePage();
process.stdout.write(`core: ${toScore(tried)}\n`);
if (untried.length > 0) process.stdout.write(`not tried as they are now: ${untried.join(', ')}\n`);
if (tried.filter(isNoticed).length < tried.length * 0.9) process.exitCode = 1;

function writePage(): void {
  const lost = toLost(
    readFileSync(page, 'utf8'),
    all.filter((file) => !existsSync(toResultPath(file))),
  );
  if (lost.length === 0) writeFileSync(page, renderMutation(results, untried));
  else process.stdout.write(`${page} is left as it is: here are no results of ${lost.length} files that it tells of\n`);
}

/** Leaves in `.data/mutation` what was noticed of each file. */
async function tryChanges(): Promise<void> {
  const mutate = values.again
    ? files.flatMap((file) => toParts(file, toSurvivingLines(readResult(file).tried)))
    : files;
  if (mutate.length === 0) return;
  const at = toMoment();
  const mutants = await new Stryker({ mutate, concurrency: Number(values.workers) }).runMutationTest();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const told = mutants.filter((mutant) => mutant.fileName.endsWith(file) && isTold(mutant));
    const now = told.map((mutant) => toTried(mutant, file, text));
    const before = readResult(file).tried;
    writeResult({ file, at, tried: values.again ? replaceTried(before, toSurvivingLines(before), now) : now });
    process.stdout.write(`${file}: ${toScore(readResult(file).tried)}\n`);
  }
}

function toResultPath(file: string): string {
  return `${folder}/${basename(file, '.ts')}.json`;
}

/** `2026-01-31 1a2b3c4`: today, and the commit that is tried. */
function toMoment(): string {
  const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim();
  return `${new Date().toISOString().slice(0, 10)} ${commit}`;
}

function writeResult(result: Result): void {
  writeFileSync(toResultPath(result.file), JSON.stringify(result));
}

function isUpToDate(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  return readResult(file).tried.every((each) => isCurrent(each, text));
}

function readResult(file: string): Result {
  try {
    return JSON.parse(readFileSync(toResultPath(file), 'utf8'));
  } catch {
    return { file, at: 'never', tried: [] };
  }
}

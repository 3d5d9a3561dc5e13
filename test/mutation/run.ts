/**
 * `npm run mutate -- [--workers 2] [core/plan.ts …]`: changes all of `core` (or the files named) in small ways and looks
 * whether a test notices. What came of each file is kept in `.data/mutation` and written into `docs/mutation.md`, with the commit
 * that was tried: commit before. What the page says of other files stays. `--again` tries only the lines on which something was
 * not noticed: for when tests were added and nothing else changed. `--render` tries nothing. Exit status 1 when fewer than 90% of
 * the changes were noticed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { readArguments } from '#scripts/read-arguments.ts';
import { replaceTried, toParts, toSurvivingLines } from './again.ts';
import { readSections, renderMutation, toScore, toSection } from './page.ts';
import { isCurrent, isTold, type Result, toTried } from './tried.ts';

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
const before = readSections(readFileSync(page, 'utf8'));
const sections = all.flatMap((file) =>
  isUpToDate(file) ? toSection(readResult(file)) : before.filter((section) => section.file === file),
);
const untried = all.filter((file) => !sections.some((section) => section.file === file));
writeFileSync(page, renderMutation(sections, untried));
process.stdout.write(`core: ${toScore(sections)}\n`);
if (untried.length > 0) process.stdout.write(`not tried yet: ${untried.join(', ')}\n`);
const changes = sections.reduce((sum, section) => sum + section.changes, 0);
const missed = sections.reduce((sum, section) => sum + section.missed, 0);
if (missed > changes * 0.1) process.exitCode = 1;

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
    const known = readResult(file).tried;
    writeResult({ file, at, tried: values.again ? replaceTried(known, toSurvivingLines(known), now) : now });
    process.stdout.write(`${file}: ${toScore([toSection(readResult(file))])}\n`);
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
  if (!existsSync(toResultPath(file))) return false;
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

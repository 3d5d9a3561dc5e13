/** `npm run release -- X.Y.Z [--dry-run]`: version, changelog, commit, tag, and the bundles with their checksums. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArguments } from '#scripts/read-arguments.ts';
import { zipFunction } from './bundle.ts';
import { moveUnreleased } from './changelog.ts';
import { isNewer } from './version.ts';

const usage = `npm run release -- X.Y.Z [--dry-run]
Writes version and changelog, commits and tags them, and puts the bundles with their checksums into dist/release.`;
const { values, positionals } = readArguments(usage, {
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false } },
});
const [version = ''] = positionals;
const isDry = values['dry-run'];
const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();
const say = (text: string) => process.stdout.write(`${text}\n`);
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { version: string };

try {
  refuseUnlessReady();
  const changelog = moveUnreleased(
    readFileSync('CHANGELOG.md', 'utf8'),
    version,
    new Date().toISOString().slice(0, 10),
  );
  if (isDry) say(`${version}: ready. Without --dry-run it is committed and tagged, and bundled into dist/release.`);
  else await release(changelog);
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function refuseUnlessReady(): void {
  const current = readJson('package.json').version;
  if (!isNewer(version, current)) throw new Error(`the version must be X.Y.Z and come after ${current}`);
  if (git('status', '--porcelain') !== '') throw new Error('the working tree is not clean: commit or stash first');
  if (git('tag', '--list', `v${version}`) !== '') throw new Error(`the tag v${version} is there already`);
}

async function release(changelog: string): Promise<void> {
  writeFileSync('CHANGELOG.md', changelog);
  setVersion('package.json');
  setVersion('package-lock.json');
  setLastMigration();
  await bundle();
  git('commit', '--quiet', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Release ${version}`);
  say(`Released ${version}: look at it, then git push --follow-tags. Bundles and SHA256SUMS are in dist/release.`);
}

// By text, so that everything else stays as it was: the first is the project's own, in the lock also the one after it.
function setVersion(path: string): void {
  const { version: current } = readJson(path);
  const line = `"version": "${current}"`;
  const text = readFileSync(path, 'utf8');
  const [head = '', tail = ''] = path.endsWith('lock.json') ? splitAfter(text, '"": {') : ['', text];
  writeFileSync(path, head.replace(line, `"version": "${version}"`) + tail.replace(line, `"version": "${version}"`));
}

/** From now on the schema has to serve this release's statements: see test/db/breaking-changes.test.ts. */
function setLastMigration(): void {
  const { entries } = readJson('migrations/meta/_journal.json') as unknown as { entries: { tag: string }[] };
  const lastMigration = entries.at(-1)?.tag;
  writeFileSync('migrations/meta/released.json', `${JSON.stringify({ lastMigration }, null, 2)}\n`);
}

function splitAfter(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at)];
}

async function bundle(): Promise<void> {
  execFileSync(process.execPath, ['--import', 'tsx', 'build.ts'], { stdio: 'inherit' });
  const target = join('dist', 'release');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const names = (await readdir('functions')).map((file) => file.replace(/\.ts$/, ''));
  const lines = await Promise.all(
    names.map((name) => zipFunction(join('dist', name), target, `mps-sync-${name}-${version}.zip`)),
  );
  await writeFile(join(target, 'SHA256SUMS'), lines.join(''));
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveUnreleased } from '../../release/changelog.ts';
import { isNewer } from '../../release/version.ts';

describe('a version', () => {
  it.each<[string, string, boolean]>([
    ['0.2.0', '0.1.9', true],
    ['1.0.0', '0.9.9', true],
    ['0.1.10', '0.1.9', true],
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.2.0', false],
    ['v0.2.0', '0.1.0', false],
    ['0.2', '0.1.0', false],
  ])('%s after %s: %s', (version, than, expected) => {
    expect(isNewer(version, than)).toBe(expected);
  });
});

describe('the changelog of a release', () => {
  const text = '# Changelog\n\n## Unreleased\n\n### Sync\n\n- faster\n\n### View\n\n## 0.1.0 (2026-01-01)\n\n- first\n';

  it('has what was unreleased under its version, without empty areas, and headings for what comes', () => {
    expect(moveUnreleased(text, '0.2.0', '2026-02-01')).toBe(
      '# Changelog\n\n## Unreleased\n\n### Sync\n\n### View\n\n## 0.2.0 (2026-02-01)\n\n### Sync\n\n- faster\n\n## 0.1.0 (2026-01-01)\n\n- first\n',
    );
  });

  it('is refused where nothing changed', () => {
    const released = moveUnreleased(text, '0.2.0', '2026-02-01');
    expect(() => moveUnreleased(released, '0.3.0', '2026-03-01')).toThrow('nothing to release');
  });
});

describe('npm run release', () => {
  const clone = mkdtempSync(join(tmpdir(), 'release-'));
  const git = (...words: string[]) => execFileSync('git', words, { cwd: clone, encoding: 'utf8' }).trim();
  const run = (...words: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'release/main.ts', ...words], { cwd: clone, encoding: 'utf8' });

  const lastMigration = () =>
    (
      JSON.parse(readFileSync(join(clone, 'migrations/meta/_journal.json'), 'utf8')) as { entries: { tag: string }[] }
    ).entries.at(-1)?.tag;

  beforeAll(() => {
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${resolve('.')}`, clone]);
    symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
    git('config', 'user.name', 'test');
    git('config', 'user.email', 'test@example.org');
    writeFileSync(join(clone, '.git/info/exclude'), 'node_modules\n');
  });
  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  it('refuses a version that is no later one, and a tree with changes', () => {
    expect(run('0.0.1').stderr).toContain('must be X.Y.Z and come after');
    writeFileSync(join(clone, 'LICENSE'), 'changed');
    expect(run('99.0.0').stderr).toContain('not clean');
    git('checkout', '--quiet', 'LICENSE');
  });

  it('changes nothing in a dry run', () => {
    const before = git('rev-parse', 'HEAD');
    expect(run('99.0.0', '--dry-run')).toMatchObject({ status: 0, stderr: '' });
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')]).toEqual([before, '', '']);
  });

  it('sets the version, moves the changelog, tags, and leaves bundles whose checksums hold', () => {
    expect(run('99.0.0')).toMatchObject({ status: 0, stderr: '' });
    expect([git('status', '--porcelain'), git('tag'), git('log', '-1', '--format=%s')]).toEqual([
      '',
      'v99.0.0',
      'Release 99.0.0',
    ]);
    const lock = JSON.parse(readFileSync(join(clone, 'package-lock.json'), 'utf8')) as {
      version: string;
      packages: Record<string, { version?: string }>;
    };
    expect([lock.version, lock.packages['']?.version]).toEqual(['99.0.0', '99.0.0']);
    expect(git('show', '--stat', '--format=')).toMatch(/CHANGELOG\.md[\s\S]*package-lock\.json[\s\S]*package\.json/);
    expect(git('show', 'HEAD:migrations/meta/released.json')).toContain(lastMigration());
    const checked = execFileSync('sha256sum', ['--check', 'SHA256SUMS'], {
      cwd: join(clone, 'dist/release'),
      encoding: 'utf8',
    });
    expect(
      checked.split('\n').filter((line) => /^mps-sync-[a-z-]+-99\.0\.0\.zip: OK$/.test(line)).length,
    ).toBeGreaterThanOrEqual(3);
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const { ignoreDependencies } = JSON.parse(readFileSync('knip.json', 'utf8')) as { ignoreDependencies: string[] };

describe('what the search for unused packages is told to overlook', () => {
  it.each(ignoreDependencies)('%s is found by its path, which the search does not follow', (name) => {
    // Not imported: its programs or files are looked up beside the code that runs or sends them.
    const lookUps = `(resolve|ofPackage)\\('${name}`;
    const files = execFileSync('git', ['grep', '-lE', lookUps, '--', '*.ts'], { encoding: 'utf8' });
    expect(files.trim()).not.toBe('');
  });
});

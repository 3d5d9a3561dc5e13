import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderConfiguration } from '../docs/configuration-table.ts';
import { renderErrors } from '../docs/errors-table.ts';

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'runtime/README.md', ...listPages('docs')];

function listPages(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

describe('the documentation', () => {
  it('has the configuration table that the code defines (npm run docs writes it)', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(renderConfiguration());
  });

  it('has every error code with its remedy (npm run docs writes it)', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(renderErrors());
  });

  it.each(pages)('%s links only to files that exist', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  it('gives a reason for every package the manifest names', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const text = readFileSync('docs/dependencies.md', 'utf8');
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !name.startsWith('@types/') && !text.includes(`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});

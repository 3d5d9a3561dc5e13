import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measures } from '../bench/measures.ts';
import { renderConfiguration } from '../docs/configuration-table.ts';
import { renderErrors } from '../docs/errors-table.ts';
import { renderDeployPage } from '../docs/sizes-table.ts';
import { readPages, toAnchors } from './docs-pages.ts';

const pages = readPages();

describe('the documentation', () => {
  it('has the configuration table that the code defines (npm run docs writes it)', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(renderConfiguration());
  });

  it('has every error code with its remedy (npm run docs writes it)', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(renderErrors());
  });

  it('has the sizes that were measured (npm run docs writes them)', () => {
    const text = readFileSync('docs/deploy.md', 'utf8');
    expect(renderDeployPage(text)).toBe(text);
  });

  const links = pages.flatMap(({ page, text }) =>
    [...text.replace(/^```.*?^```|`[^`\n]+`/gms, '').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => ({
      page,
      link,
    })),
  );

  it.each(links)('$page links to something that is there: $link', ({ page, link }) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    expect(existsSync(target)).toBe(true);
    if (anchor !== undefined) expect(toAnchors(readFileSync(target, 'utf8'))).toContain(anchor);
  });

  it('leads from the README to every page', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const { link } of links.filter((each) => each.page === page)) {
        const target = join(dirname(page), link.split('#')[0] ?? '');
        if (target.endsWith('.md')) reached.add(target);
      }
    }
    const lost = pages.filter(({ page }) => !reached.has(page));
    expect(lost.map(({ page }) => page)).toEqual([]);
  });

  it('lists each decision under its title', () => {
    const folder = 'docs/decisions';
    const listed = readFileSync(`${folder}/README.md`, 'utf8').match(/^- .*$/gm);
    const records = readdirSync(folder).filter((name) => name !== 'README.md');
    const expected = records.map((name) => {
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(readFileSync(`${folder}/${name}`, 'utf8')) ?? [];
      return `- ${number}: [${title}](${name})`;
    });
    expect(listed).toEqual(expected.sort((a, b) => Number.parseInt(a.slice(2), 10) - Number.parseInt(b.slice(2), 10)));
  });

  it('lists each benchmark', () => {
    const rows = readFileSync('docs/benchmarks.md', 'utf8').matchAll(/^\| (P\d+) /gm);
    expect([...rows].map(([, id]) => id)).toEqual(measures.flatMap(({ ids }) => ids));
  });

  it('names every script of the package', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const text = pages.map(({ page, text }) => (page === 'CHANGELOG.md' ? '' : text)).join('\n');
    const isNamed = (name: string) => new RegExp(`npm (run (--silent )?)?${name}(?![\\w:-])`).test(text);
    expect(Object.keys(scripts).filter((name) => !isNamed(name))).toEqual([]);
  });

  it('names no script that the package does not have', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = pages.flatMap(({ page, text }) =>
      [...text.matchAll(/npm run (?:--silent )?`?([a-z][\w:-]*)/g)].map(([, name = '']) => ({ page, name })),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('names in its guarantees only tests that exist', () => {
    const named = readFileSync('docs/guarantees.md', 'utf8').matchAll(/`(test\/[\w/.-]+)`/g);
    const paths = [...named].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(9);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('defines each word of the trade once', () => {
    const rows = readFileSync('docs/glossary.md', 'utf8').matchAll(/^\| ?([^|]+?) *\| [^-]/gm);
    const words = [...rows].map(([, word = '']) => word).slice(1);
    expect(new Set(words).size).toBe(words.length);
    const must =
      'source page token range coverage gap lookback settle run outcome lease fence quota slot backoff transition outbox channel silence';
    expect(words).toEqual(expect.arrayContaining([...must.split(' '), 'open job', 'terminal state']));
  });

  it('says of each of its ten guarantees what it depends on, what would catch a breach and what it does not promise', () => {
    const promises = readFileSync('docs/guarantees.md', 'utf8')
      .split(/^## (?=I\d+: )/m)
      .slice(1);
    expect(promises.map((promise) => promise.split(':')[0])).toEqual(Array.from({ length: 10 }, (_, n) => `I${n + 1}`));
    for (const promise of promises) {
      for (const part of ['*Depends on*', '*Caught by*', '*Not promised*']) expect(promise).toContain(part);
    }
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

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Imports point one way. `docs/architecture.md` says why. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  runtime: [],
  simulator: [],
  release: ['scripts'],
  deploy: ['core', 'scripts'],
  mps: ['core'],
  db: ['core'],
  sync: ['core', 'mps', 'db'],
  view: ['core', 'mps', 'db'],
  alerts: ['core', 'db'],
  functions: ['core', 'mps', 'db', 'sync', 'view', 'alerts', 'runtime'],
  cli: ['core', 'mps', 'db', 'sync', 'view', 'alerts', 'runtime', 'simulator'],
  scripts: ['core', 'db', 'sync', 'runtime', 'cli', 'simulator'],
};

/** Packages that only these folders may know. */
const owned: Record<string, readonly string[]> = {
  pg: ['db'],
  'drizzle-orm': ['db', 'scripts'],
  undici: ['mps'],
  'ipaddr.js': ['alerts'],
  standardwebhooks: ['alerts'],
  'p-throttle': ['mps'],
};

const folders = Object.keys(allowed);
const measuredAndWritten = ['bench', 'docs'];
const root = resolve(import.meta.dirname, '../..');

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function readSources(folder: string): { file: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|js|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(root, path), text: readFileSync(path, 'utf8') }));
}

function readImports(folder: string): Import[] {
  return readSources(folder).flatMap(({ file, text }) =>
    [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({ file, specifier: match[1] ?? '' })),
  );
}

/** The folder that an import leads to, `undefined` for a package. */
function toFolder({ file, specifier }: Import): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1).split('/')[0];
  if (specifier.startsWith('@fc2/runtime')) return 'runtime';
  if (specifier.startsWith('.')) return relative(root, resolve(root, file, '..', specifier)).split('/')[0];
  return undefined;
}

describe.each(folders)('%s/', (folder) => {
  const imports = readImports(folder);

  it('has sources', () => {
    expect(readSources(folder).length).toBeGreaterThan(0);
  });

  it(`imports no folder but ${[folder, ...(allowed[folder] ?? [])].join(', ')} (docs/architecture.md)`, () => {
    const wrong = imports.filter((each) => {
      const target = toFolder(each);
      return (
        target !== undefined && folders.includes(target) && target !== folder && !allowed[folder]?.includes(target)
      );
    });
    expect(wrong).toEqual([]);
  });

  it('imports only packages that are its business (docs/architecture.md)', () => {
    const wrong = imports.filter(({ specifier }) => {
      const owners = Object.entries(owned).find(
        ([name]) => specifier === name || specifier.startsWith(`${name}/`),
      )?.[1];
      return owners !== undefined && !owners.includes(folder);
    });
    expect(wrong).toEqual([]);
  });

  it('follows signals by #core/follow-signals.ts', () => {
    const others = readSources(folder).filter(({ text }) => /AbortSignal\.any\(/.test(text));
    expect(others.map(({ file }) => file)).toEqual([]);
  });

  if (!['functions', 'cli', 'deploy'].includes(folder))
    it('does not read the environment', () => {
      const readers = readSources(folder).filter(
        ({ file, text }) => /process\.env/.test(text) && !file.startsWith('runtime/host'),
      );
      expect(readers.map(({ file }) => file)).toEqual([]);
    });
});

it.each([...folders, ...measuredAndWritten])(
  '%s/ has nothing from test/: what others share with it is in scripts/',
  (folder) => {
    expect(readImports(folder).filter((each) => toFolder(each) === 'test')).toEqual([]);
  },
);

describe('docs/architecture.md', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)\/` *\|[^|]*\| ([^|]+?) *\|$/gm)].map(([, folder = '', may = '']) => ({
    folder,
    may,
  }));

  it('has a row for every folder, with what it may import', () => {
    expect(rows.map(({ folder }) => folder)).toEqual(expect.arrayContaining(folders));
    const lists = rows.filter(({ folder, may }) => folders.includes(folder) && !may.startsWith('all but'));
    for (const { folder, may } of lists) {
      expect([folder, may]).toEqual([folder, allowed[folder]?.join(', ') || 'nothing']);
    }
    for (const { folder, may } of rows.filter((row) => row.may.startsWith('all but'))) {
      const except = may.replace('all but ', '').split(/, | and /);
      expect(allowed[folder]?.filter((each) => except.includes(each))).toEqual([]);
    }
  });
});

describe('test/', () => {
  it('mirrors the tree, but for the folders that docs/architecture.md names', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const named = [...text.matchAll(/^\| `(\w+)\/` *\|[^|]*\|$/gm)].map(([, folder = '']) => folder);
    const there = readdirSync(join(root, 'test'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const others = there.map(({ name }) => name).filter((name) => ![...folders, ...measuredAndWritten].includes(name));
    expect(others.sort()).toEqual(named);
  });
});

describe('core/', () => {
  it('has no clock, no chance and no input or output', () => {
    const impure = readSources('core').filter(({ text }) =>
      /Date\.now|new Date\(\)|Math\.random|node:(fs|net|http|timers)|setTimeout/.test(text),
    );
    expect(impure.map(({ file }) => file)).toEqual([]);
  });
});

describe('the workspace @fc2/runtime', () => {
  it('is linked from this repository and can come from no registry', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, object>;
    };
    expect(lock.packages['node_modules/@fc2/runtime']).toEqual({ resolved: 'runtime', link: true });
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toContain('@fc2:registry=https://registry.invalid/');
    expect(JSON.parse(readFileSync(join(root, 'runtime/package.json'), 'utf8'))).toMatchObject({ private: true });
  });
});

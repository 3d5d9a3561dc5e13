import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#core/errors.ts';
import { variables } from '#core/variables.ts';
import { listAsked } from '../../deploy/fill-in.ts';

const pages = ['docs/deploy.md', 'docs/custom-runtime.md', 'docs/scaling.md'];
const read = (path: string) => readFileSync(path, 'utf8');
const asked = ['s.yaml', 's.view-server.yaml', 'deploy/domain.yaml'].flatMap((path) => [
  ...listAsked(read(path)).keys(),
]);
const compose = [...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? '');
const known = new Set([...Object.keys(variables), ...asked, ...compose]);
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names only variables that there are', () => {
    const named = [...text.matchAll(/\b(?:MPS|SYNC|VIEW|ALERT|DATABASE|POSTGRES|ALIBABA)_[A-Z_]+\b/g)].map(
      ([name]) => name,
    );
    const own = [...text.matchAll(/^export ([A-Z_]+)=/gm)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !known.has(name) && !own.includes(name))).toEqual([]);
  });

  it('runs only scripts that there are, on files that there are', () => {
    const ran = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
    expect(ran.filter((name) => !(name in scripts))).toEqual([]);
    const files = [...text.matchAll(/\b(?:deploy|bench|functions)\/[\w./-]+\.\w+/g)].map(([path]) => path);
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('docs/deploy.md', () => {
  const text = read('docs/deploy.md');

  it('explains error codes that there are', () => {
    const codes = [...text.matchAll(/^\| `([a-z]+_[a-z_]+)`/gm)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => !(code in errorCodes))).toEqual([]);
  });
});

describe('deploy/env.example', () => {
  it('has every variable that a deployment must set, and none that nothing reads', () => {
    const given = [...read('deploy/env.example').matchAll(/^#? ?([A-Z_]+)=/gm)].map((match) => match[1] ?? '');
    const must = [...listAsked(read('s.yaml'))].filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
    expect(given).toEqual(expect.arrayContaining(must));
    expect(given.filter((name) => !known.has(name))).toEqual([]);
  });

  it('cannot be committed once it is filled in', () => {
    expect(read('.gitignore').split('\n')).toContain('.env');
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as { imports: Record<string, string> };
const named = Object.keys(imports).map((name) => name.slice(1, -2));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const filesWhere = (isWrong: (text: string) => boolean) =>
  files.filter(({ text }) => isWrong(text)).map(({ file }) => file);
const statements = /^import [^;]*?;$/gm;

describe('imports', () => {
  it.each(named)('lead to the files of %s/ in one way from within it: by name, or by path', (folder) => {
    const own = files.filter(({ file }) => file.startsWith(`${folder}/`)).map(({ text }) => text);
    const byName = own.filter((text) => text.includes(`from '#${folder}/`));
    const byPath = own.filter((text) => /from '\.{1,2}\/.*\.tsx?'/.test(text));
    expect(Math.min(byName.length, byPath.length)).toBe(0);
  });

  it('stand together, without an empty line among them', () => {
    expect(filesWhere((text) => /^import [^;]*?;\n\n+import /m.test(text))).toEqual([]);
  });

  it('name a module once', () => {
    const isTwice = (text: string) => {
      const modules = [...text.matchAll(statements)].map(([statement]) => /'[^']+'(?= with |;$)/.exec(statement)?.[0]);
      return new Set(modules).size < modules.length;
    };
    expect(filesWhere(isTwice)).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replaceTried, toParts, toSurvivingLines } from './again.ts';
import { readSections, renderMutation, renderReason, toSection } from './page.ts';
import { reasons } from './reasons.ts';
import { isCurrent, type Tried } from './tried.ts';

const file = 'core/plan.ts';
const change = (line: number, original: string, noticed: boolean): Tried => ({
  file,
  line,
  kind: 'ConditionalExpression',
  original,
  replacement: 'true',
  status: noticed ? 'Killed' : 'Survived',
});
const tell = (of: string, ...tried: Tried[]) => toSection({ file: of, at: '2026-01-31 1a2b3c4', tried });

describe('what is known of a file', () => {
  const before = [change(1, 'a', true), change(2, '{\n  b\n}', false), change(3, 'b', false), change(9, 'c', true)];
  const lines = toSurvivingLines(before);

  it('is tried again where something went unnoticed, over all lines of that', () => {
    expect(toParts(file, [...lines, ...lines])).toEqual(['core/plan.ts:2-4', 'core/plan.ts:3-3']);
  });

  it('is replaced there, and kept everywhere else', () => {
    const again = [change(3, 'b', true), change(2, '{\n  b\n}', true)];
    expect(replaceTried(before, lines, again)).toEqual([before[0], again[1], again[0], before[3]]);
  });

  it('is of the file as it was: code that moved is another', () => {
    const text = 'a\n{\n  b\n}\n';
    expect(before.slice(0, 3).map((each) => isCurrent(each, text))).toEqual([true, true, true]);
    expect(before.slice(0, 3).map((each) => isCurrent(each, `\n${text}`))).toEqual([false, false, false]);
  });
});

describe('the page of what was not noticed', () => {
  const known = { file: 'core/json.ts', line: 8, original: '{\n    return undefined;\n  }', replacement: '{}' };
  const left = change(2, 'to < from', false);
  const page = renderMutation(
    [tell('core/json.ts', { ...change(7, 'x', false), ...known }), tell('core/range.ts', left)],
    [file],
  );

  it('gives a reason for each, or says that there is none', () => {
    expect(page).toContain('line 8: `{ return undefined; }` as `{}`: a function that ends without a word');
    expect(page).toContain('line 2: `to < from` as `true`: **no reason is given**');
  });

  it('takes a reason for the one change that it was given for', () => {
    const other = { ...change(7, 'x', false), ...known, replacement: '{ return null; }' };
    expect(renderMutation([tell('core/json.ts', other)], [])).toContain('**no reason is given**');
  });

  it('counts for each file in which way its changes were noticed, and says when that was', () => {
    const ways = (['Killed', 'Killed', 'Timeout', 'RuntimeError', 'Survived', 'NoCoverage'] as const).map((status) => ({
      ...change(1, 'a', true),
      status,
    }));
    expect(renderMutation([tell(file, ...ways)], [])).toContain(
      '| `core/plan.ts` | 6 | 2 | 1 | 1 | 2 | 2026-01-31 1a2b3c4 |',
    );
  });

  it('says which files were never tried', () => {
    expect(page).toContain('Not tried yet: `core/plan.ts`.');
    expect(renderMutation([], [])).not.toContain('Not tried');
  });

  it('can be read, so that what it tells of files that are not tried here stays', () => {
    const told = readSections(page);
    expect(told).toMatchObject([{ file: 'core/json.ts', changes: 1, missed: 1 }, { file: 'core/range.ts' }]);
    expect(renderMutation(told, [file])).toBe(page);
  });

  it('stands in docs/ as it would be written', () => {
    const committed = readFileSync('docs/mutation.md', 'utf8');
    const told = readSections(committed);
    expect(renderMutation(told, [])).toBe(committed.replace(/\nNot tried yet: .*\n/, ''));
    expect(told.length).toBeGreaterThan(40);
  });

  it('gives a reason for everything, as it stands in docs/', () => {
    expect(readFileSync('docs/mutation.md', 'utf8')).not.toContain('no reason is given');
  });

  it.each(reasons)('has no reason for code that is no more: $file, $original', (reason) => {
    expect(readFileSync(reason.file, 'utf8')).toContain(reason.original);
  });

  it.each(reasons)('has no reason that excuses nothing: $file, $original', (reason) => {
    expect(readFileSync('docs/mutation.md', 'utf8')).toContain(renderReason(reason));
  });
});

describe('the changes', () => {
  const hidden = /^(?!\s*[*/]).*[\])}'] as (?:const|unknown|readonly|[A-Z]).*$/gm;

  it.each(readdirSync('core'))(
    'leave nothing of core/%s out, as they do with all that stands before an `as`',
    (name) => {
      expect([...readFileSync(`core/${name}`, 'utf8').matchAll(hidden)].map(([line]) => line)).toEqual([]);
    },
  );
});

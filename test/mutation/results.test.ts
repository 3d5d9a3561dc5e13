import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replaceTried, toParts, toSurvivingLines } from './again.ts';
import { renderMutation, toLost } from './page.ts';
import { reasons } from './reasons.ts';
import { isCurrent, type Tried } from './tried.ts';

const file = 'core/plan.ts';
const change = (line: number, original: string, noticed: boolean): Tried => ({
  file,
  line,
  kind: 'ConditionalExpression',
  original,
  replacement: 'true',
  noticed,
});

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
  const page = renderMutation([{ ...change(7, 'x', false), ...known }, change(2, 'to < from', false)], [file]);

  it('gives a reason for each, or says that there is none', () => {
    expect(page).toContain('line 8: `{ return undefined; }` as `{}`: a function that ends without a word');
    expect(page).toContain('line 2: `to < from` as `true`: **no reason is given**');
  });

  it('says which files have changed since', () => {
    expect(page).toContain('Not tried as they are now: `core/plan.ts`.');
    expect(renderMutation([], [])).not.toContain('Not tried');
  });

  it('would lose what it tells of a file that was not tried here, and nothing of one that it never told of', () => {
    const told = renderMutation([change(2, 'to < from', true)], ['core/range.ts']);
    expect(toLost(told, [file, 'core/range.ts', 'core/plan'])).toEqual([file]);
    expect(toLost(told, ['core/range.ts'])).toEqual([]);
  });

  it('gives a reason for everything, as it stands in docs/', () => {
    expect(readFileSync('docs/mutation.md', 'utf8')).not.toContain('no reason is given');
  });

  it.each(reasons)('has no reason for code that is no more: $file, $original', (reason) => {
    expect(readFileSync(reason.file, 'utf8')).toContain(reason.original);
  });
});

import { reasons } from './reasons.ts';
import { isNoticed, type Result, type Tried, waysToNotice } from './tried.ts';

/** What the page says of one file. */
export interface Section {
  readonly file: string;
  readonly changes: number;
  readonly missed: number;
  /** Its line of the table. */
  readonly row: string;
  /** What was not noticed, a line each. */
  readonly survivors: readonly string[];
}

export function toSection({ file, at, tried }: Result): Section {
  const missed = tried.filter((each) => !isNoticed(each));
  const ways = waysToNotice.map((way) => tried.filter(({ status }) => status === way).length);
  return {
    file,
    changes: tried.length,
    missed: missed.length,
    row: `| ${[`\`${file}\``, tried.length, ...ways, missed.length, at].join(' | ')} |`,
    survivors: missed.map((each) => `- line ${each.line}: ${renderReason({ ...each, why: toReason(each) })}`),
  };
}

/** What a page says already, of each file that it tells of. */
export function readSections(page: string): Section[] {
  const rows = page.matchAll(/^\| `(core\/[^`]+)` \| (\d+) \|.* \| (\d+) \| [^|]+ \|$/gm);
  return [...rows].map(([row, file = '', changes, missed]) => {
    const [, told = ''] = page.split(`\n### \`${file}\`\n`);
    const survivors = (told.split('\n### ')[0] ?? '').split('\n').filter((line) => line.startsWith('- '));
    return { file, changes: Number(changes), missed: Number(missed), row, survivors };
  });
}

/** `97.1% of 138 changes noticed, 4 not`. */
export function toScore(sections: readonly Pick<Section, 'changes' | 'missed'>[]): string {
  const changes = sections.reduce((sum, each) => sum + each.changes, 0);
  const missed = sections.reduce((sum, each) => sum + each.missed, 0);
  if (changes === 0) return 'nothing to change';
  return `${((100 * (changes - missed)) / changes).toFixed(1)}% of ${changes} changes noticed, ${missed} not`;
}

/** `docs/mutation.md`. Written by `npm run mutate`. `untried` are files of which nothing is known. */
export function renderMutation(sections: readonly Section[], untried: readonly string[]): string {
  return `# What the tests of \`core\` notice

\`npm run mutate\` makes small changes to \`core\`, one at a time: another comparison, an empty text, a condition that always
holds. A test should fail at each. It writes this page, the files that it is told to try; the others stay as they were.

**${toScore(sections)}.**

A change counts as noticed when a test fails, but also when the tests no longer come to an end, or cannot begin because the
module throws when it is loaded: the table tells the three apart, but for what was tried before it did. Results are of the commit
that is named, and may be of an older text of the file.

| file | changes | a test fails | no end | no beginning | not noticed | tried at |
| --- | --- | --- | --- | --- | --- | --- |
${sections.map(({ row }) => row).join('\n')}
${untried.length > 0 ? `\nNot tried yet: ${untried.map((file) => `\`${file}\``).join(', ')}.\n` : ''}
## What was not noticed, and why

Each of these does the same in every case that can come, or cannot be seen in this way though a test fails at it.

${sections.flatMap(renderSurvivors).join('\n')}
`;
}

/** One change that was not noticed, and the reason. */
export const renderReason = ({ original, replacement, why }: { original: string; replacement: string; why: string }) =>
  `${toCode(original)} as ${toCode(replacement)}: ${why}`;

const renderSurvivors = ({ file, survivors }: Section): string[] =>
  survivors.length === 0 ? [] : [`### \`${file}\``, '', ...survivors, ''];

const toReason = (tried: Tried): string =>
  reasons.find(
    ({ file, original, replacement }) =>
      file === tried.file && original === tried.original && replacement === tried.replacement,
  )?.why ?? '**no reason is given**';

/** On one line, and cut where it is long. */
function toCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'");
  return `\`${line.length > 80 ? `${line.slice(0, 77)}...` : line || ' '}\``;
}

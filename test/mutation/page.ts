import { reasons } from './reasons.ts';
import { isNoticed, type Result, type Tried, waysToNotice } from './tried.ts';

/** `97.1% of 138 changes noticed, 4 not`. */
export function toScore(tried: readonly Tried[]): string {
  const noticed = tried.filter(isNoticed).length;
  if (tried.length === 0) return 'nothing to change';
  return `${((100 * noticed) / tried.length).toFixed(1)}% of ${tried.length} changes noticed, ${tried.length - noticed} not`;
}

/** `docs/mutation.md`. Written by `npm run mutate`. `untried` are files whose results are of another text, or missing. */
export function renderMutation(results: readonly Result[], untried: readonly string[]): string {
  const all = results.flatMap(({ tried }) => tried);
  return `# What the tests of \`core\` notice

\`npm run mutate\` makes small changes to \`core\`, one at a time: another comparison, an empty text, a condition that always
holds. A test should fail at each. It writes this page.

**${toScore(all)}.**

A change counts as noticed when a test fails (${count(all, 'Killed')}), but also when the tests no longer come to an end
(${count(all, 'Timeout')}), or cannot begin because the module throws when it is loaded (${count(all, 'RuntimeError')}).

| file | changes | a test fails | no end | no beginning | not noticed | tried at |
| --- | --- | --- | --- | --- | --- | --- |
${results.map(renderRow).join('\n')}
${untried.length > 0 ? `\nNot tried as they are now: ${untried.map((file) => `\`${file}\``).join(', ')}.\n` : ''}
## What was not noticed, and why

Each of these does the same in every case that can come, or cannot be seen in this way though a test fails at it.

${results.flatMap(renderSurvivors).join('\n')}
`;
}

/** Of the files without results here, those that the page tells of: to write it anew would lose them. */
export const toLost = (page: string, withoutResults: readonly string[]): string[] =>
  withoutResults.filter((file) => page.includes(`\n| \`${file}\` |`));

/** One change that was not noticed, and the reason. */
export const renderReason = ({
  original,
  replacement,
  why,
}: Pick<Tried, 'original' | 'replacement'> & { why: string }) =>
  `${toCode(original)} as ${toCode(replacement)}: ${why}`;

const count = (tried: readonly Tried[], status: Tried['status']): number =>
  tried.filter((each) => each.status === status).length;

function renderRow({ file, at, tried }: Result): string {
  const ways = waysToNotice.map((way) => count(tried, way));
  const missed = tried.filter((each) => !isNoticed(each)).length;
  return `| ${[`\`${file}\``, tried.length, ...ways, missed, at].join(' | ')} |`;
}

function renderSurvivors({ file, tried }: Result): string[] {
  const left = tried.filter((each) => !isNoticed(each));
  if (left.length === 0) return [];
  const lines = left.map((each) => `- line ${each.line}: ${renderReason({ ...each, why: toReason(each) })}`);
  return [`### \`${file}\``, '', ...lines, ''];
}

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

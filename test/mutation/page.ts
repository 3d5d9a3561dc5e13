import { reasons } from './reasons.ts';
import type { Tried } from './tried.ts';

/** `97.1% of 138 changes noticed, 4 not`. */
export function toScore(tried: readonly Tried[]): string {
  const noticed = tried.filter((each) => each.noticed).length;
  if (tried.length === 0) return 'nothing to change';
  return `${((100 * noticed) / tried.length).toFixed(1)}% of ${tried.length} changes noticed, ${tried.length - noticed} not`;
}

/** `docs/mutation.md`. Written by `npm run mutate`. `untried` are files whose results are of another text, or missing. */
export function renderMutation(tried: readonly Tried[], untried: readonly string[]): string {
  const files = [...new Set(tried.map(({ file }) => file))].map((file) => tried.filter((each) => each.file === file));
  const scores = files.map(
    (of) => `| \`${of[0]?.file}\` | ${of.length} | ${of.filter((each) => !each.noticed).length} |`,
  );
  const survivors = files.flatMap(renderSurvivors);
  return `# What the tests of \`core\` notice

\`npm run mutate\` makes small changes to \`core\`, one at a time: another comparison, an empty text, a condition that always
holds. A test should fail at each. It writes this page.

**${toScore(tried)}.**

| file | changes | not noticed |
| --- | --- | --- |
${scores.join('\n')}
${untried.length > 0 ? `\nNot tried as they are now: ${untried.map((file) => `\`${file}\``).join(', ')}.\n` : ''}
## What was not noticed, and why

Each of these does the same in every case that can come, or cannot be seen in this way though a test fails at it.

${survivors.join('\n')}
`;
}

/** Of the files without results here, those that the page tells of: to write it anew would lose them. */
export const toLost = (page: string, withoutResults: readonly string[]): string[] =>
  withoutResults.filter((file) => page.includes(`\n| \`${file}\` |`));

function renderSurvivors(tried: readonly Tried[]): string[] {
  const left = tried.filter((each) => !each.noticed);
  if (left.length === 0) return [];
  const lines = left.map(
    (each) => `- line ${each.line}: ${toCode(each.original)} as ${toCode(each.replacement)}: ${toReason(each)}`,
  );
  return [`### \`${tried[0]?.file}\``, '', ...lines, ''];
}

const toReason = (tried: Tried): string =>
  reasons.find(
    ({ file, original, replacement }) =>
      file === tried.file &&
      original === tried.original &&
      (replacement === undefined || replacement === tried.replacement),
  )?.why ?? '**no reason is given**';

/** On one line, and cut where it is long. */
function toCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'");
  return `\`${line.length > 80 ? `${line.slice(0, 77)}...` : line || ' '}\``;
}

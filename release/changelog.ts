const heading = '## Unreleased\n';

/**
 * The changelog with what is unreleased under the heading of a version, and the headings left for what comes next.
 * Areas in which nothing changed are left out. Throws an Error when nothing at all did.
 */
export function moveUnreleased(text: string, version: string, date: string): string {
  const start = text.indexOf(heading);
  if (start === -1) throw new Error('CHANGELOG.md has no section "Unreleased"');
  const next = text.indexOf('\n## ', start + 1);
  const end = next === -1 ? text.length : next + 1;
  const areas = text.slice(start + heading.length, end).split(/^(?=### )/m);
  const filled = areas
    .filter((area) => /^(?!### ).*\S/m.test(area))
    .map((area) => `${area.replace(/^\s*\n/, '').trimEnd()}\n`);
  if (filled.length === 0) throw new Error('CHANGELOG.md has nothing under "Unreleased": there is nothing to release');
  const titles = areas.filter((area) => area.startsWith('### ')).map((area) => `${area.split('\n')[0]}\n`);
  const released = `## ${version} (${date})\n\n${filled.join('\n')}`;
  return [
    text.slice(0, start),
    `${[heading, ...titles].join('\n')}\n`,
    released,
    next === -1 ? '' : `\n${text.slice(end)}`,
  ].join('');
}

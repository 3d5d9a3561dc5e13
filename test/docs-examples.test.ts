import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createProgram } from '#cli/program.ts';
import { inTransaction } from '#db/transaction.ts';
import { readPages } from './docs-pages.ts';
import { useView } from './view/use-view.ts';

const { db, get } = useView({ emptyBefore: 'all' });
const pages = readPages();

/** The blocks of a language, with the page that each is on. */
const toBlocks = (language: string) =>
  pages.flatMap(({ page, text }) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => ({
      page,
      block,
    })),
  );

/** Commands in blocks, a line each without its comment, and those within a sentence. */
const commands = [
  ...toBlocks('sh').flatMap(({ page, block }) => block.split('\n').map((line) => ({ page, line }))),
  ...pages.flatMap(({ page, text }) =>
    [...text.matchAll(/`(np[mx] [^`\n]+)`/g)].map(([, line = '']) => ({ page, line })),
  ),
].map(({ page, line }) => ({ page, line: line.replace(/\s+#.*$/, '').trim() }));

const startingWith = (beginning: string) =>
  commands.filter(({ line }) => line.startsWith(beginning)).map(({ page, line }) => ({ page, line }));

/** The command that the words name, or the command within it. */
function findCommand(program: Command, [name, part]: readonly string[]): Command | undefined {
  const named = (command: Command, word: string | undefined) => command.commands.find((one) => one.name() === word);
  const command = named(program, name);
  return command && (named(command, part) ?? command);
}

describe('an example in the documentation', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

  it.each(startingWith('npm run '))('is a script that exists: $line ($page)', ({ line }) => {
    expect(Object.keys(scripts)).toContain(line.split(' ')[2]);
  });

  const silent = { write: () => true };
  const program = createProgram({ env: {}, out: silent, err: silent, directory: 'nowhere' });
  const ours = startingWith('npx mps-sync ').filter(({ line }) => !line.startsWith('npx mps-sync <'));

  it.each(ours)('is a command with options that exist: $line ($page)', ({ line }) => {
    const words = line.replace('npx mps-sync ', '').split(/\s+/);
    const command = words[0] === '--help' ? program : findCommand(program, words);
    const known = ['--help', ...(command?.options ?? []).flatMap(({ long, short }) => [long, short])];
    expect(command).toBeDefined();
    expect(words.filter((word) => word.startsWith('-')).filter((word) => !known.includes(word))).toEqual([]);
  });

  // test/view/api-docs.test.ts calls those of the guide to the API, and compares what they answer.
  const shown = startingWith('curl').filter(({ page }) => page !== 'docs/api.md');
  const calls = shown.flatMap(({ page, line }) => {
    const [, path] = /(?:http:\/\/127\.0\.0\.1:8080|\$VIEW_URL)(\/[^'" ]*)/.exec(line) ?? [];
    return path === undefined ? [] : [{ page, path }];
  });

  it('is a call of the view wherever it is a call', () => {
    expect(calls.length).toBe(shown.length);
  });

  it.each(calls)('is a call that the view answers: $path ($page)', async ({ path }) => {
    expect((await get(path)).status).toBe(200);
  });

  // The guide to SQL brings tables of its own; test/db/sql-docs.test.ts runs it, and compares what comes of it.
  const blocks = toBlocks('sql').filter(({ page }) => page !== 'docs/sql.md');
  const sqlPages = [...new Set(blocks.map(({ page }) => page))];

  // Together, because what stands further down a page may build on what stands above.
  it.each(sqlPages)('is SQL that a migrated database runs (%s)', async (page) => {
    const undone = new Error('only tried');
    const attempt = inTransaction(db.database, async (transaction) => {
      // A month that a page may speak of.
      await transaction.query(sql`select mps.ensure_partitions(array['2025-11-01Z']::timestamptz[])`);
      for (const { block } of blocks.filter((one) => one.page === page)) await transaction.query(sql.raw(block));
      throw undone;
    });
    await expect(attempt).rejects.toMatchObject({ cause: undone });
  });

  it('is found at all', () => {
    expect(
      [startingWith('npm run ').length, ours.length, calls.length, toBlocks('sql').length].every((n) => n > 2),
    ).toBe(true);
  });
});

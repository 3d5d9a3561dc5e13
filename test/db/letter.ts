import { readdirSync, readFileSync } from 'node:fs';

/** The migrations by name, in their order. */
export const tags = readdirSync('migrations')
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.replace('.sql', ''))
  .sort();

const readMigration = (tag: string): string => readFileSync(`migrations/${tag}.sql`, 'utf8');

/** The comment that a migration begins with, as one text. */
export function readLetter(tag: string): string {
  const lines = readMigration(tag).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines.slice(0, end).join('\n').replace(/^-- ?/gm, '');
}

/** What a letter says under a name, in one line. */
export function readParagraph(tag: string, name: string): string {
  const paragraphs = readLetter(tag).split(/^(?=[A-Z][a-z ]*:)/m);
  const paragraph = paragraphs.find((text) => text.startsWith(`${name}:`)) ?? '';
  return paragraph
    .slice(name.length + 1)
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * The statements of "Roll back". Remarks in brackets are none; "report.job_duration as in 0003" stands for the view's text in
 * that migration, "the comments of report.sync_run as in 0003" for its comments. Other words are refused.
 */
export function readRollBack(tag: string): string[] {
  return readParagraph(tag, 'Roll back')
    .replace(/ \((?:this|the) [^)]*\)/g, '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap(toStatements);
}

function toStatements(part: string): string[] {
  const [, comments, names, number] =
    /^(the comments of )?([\w.]+(?:(?:, | and )[\w.]+)*) as in (\d{4})$/.exec(part) ?? [];
  if (names && number) {
    const text = readMigration(tags.find((tag) => tag.startsWith(number)) ?? number);
    return names.split(/, | and /).flatMap((name) => (comments ? findComments(text, name) : [findText(text, name)]));
  }
  if (/^(drop|alter|insert into|create|comment on|grant) /.test(part)) return [part];
  throw new Error(`"${part}" is no statement, nor does it name a text of a migration`);
}

/** The text of a view or function, to be put in place of another. */
function findText(migration: string, name: string): string {
  const view = `view ${name} as.*?;$`;
  // With a body in quotes of dollars, or with none before the end of its one statement.
  const routine = String.raw`function ${name}\((?:[^$;]|\$(?!\$))*(?:\$\$.*?\$\$[^;]*)?;$`;
  const [, text] = new RegExp(`^create (?:or replace )?(${view}|${routine})`, 'ms').exec(migration) ?? [];
  if (!text) throw new Error(`${name} is not there`);
  return `create or replace ${text}`;
}

function findComments(migration: string, name: string): string[] {
  return migration.match(new RegExp(String.raw`^comment on (?:view|column) ${name}(?:\.\w+)?\s+is.*?';$`, 'gms')) ?? [];
}

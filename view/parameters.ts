import { z } from 'zod';
import { badParameter, RefusalError } from '#view/problem.ts';

/** One query parameter: how its text is read, and in words what it wants, for the message when it cannot be. */
export interface Parameter<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly wants: string;
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type Values<Table extends Parameters> = {
  readonly [Name in keyof Table]?: z.output<Table[Name]['schema']> | undefined;
};

/**
 * Reads the query of a URL by a table of parameters. Throws a refusal that names every parameter that is unknown (with
 * those that are known) or has a value it cannot take. An empty value is refused too: a filter that somebody's script
 * left empty must not turn into "all".
 */
export function parseParameters<Table extends Parameters>(table: Table, query: URLSearchParams): Values<Table> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of new Set(query.keys())) {
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined;
    // Function Compute hands over repeated parameters joined by commas, so everywhere a comma must mean the same.
    const parsed = parameter?.schema.safeParse(query.getAll(name).join(','));
    if (parsed?.success) values[name] = parsed.data;
    else problems.push(parameter ? `"${name}" must be ${parameter.wants}` : describeUnknown(name, table));
  }
  if (problems.length > 0) throw new RefusalError(badParameter(`${problems.join('; ')}.`));
  return values as Values<Table>;
}

function describeUnknown(name: string, table: Parameters): string {
  const names = Object.keys(table);
  const known = names.length > 0 ? `this address knows ${names.join(', ')}` : 'this address knows none';
  return `"${name.slice(0, 100)}" is no parameter: ${known}`;
}

/** No text in Postgres holds U+0000. */
const word = z
  .string()
  .trim()
  .regex(/^[^\0]{1,1000}$/u);

const wordList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(word).max(1000));

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text) / 1000)
  .pipe(z.number());

const limit = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(1000));

/** The kinds of parameter there are. */
export const oneOf = { schema: word, wants: 'one name' } as const satisfies Parameter;
export const anyOf = { schema: wordList, wants: 'one or more values separated by commas, 1000 at most' } as const;
export const aMoment = {
  schema: moment,
  wants: 'a time such as 2026-01-31T00:00:00Z (a "+" in a URL is written %2B)',
} as const;
export const aLimit = { schema: limit, wants: 'a whole number from 1 to 1000' } as const;

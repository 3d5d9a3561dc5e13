import * as z from 'zod';
import { badParameter, RefusalError } from '#view/problem.ts';

/** One query parameter: how its text is read, what it means, and in words what it wants, for when it cannot be read. */
export interface Parameter<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly wants: string;
  readonly description: string;
  /** Several values separated by commas: `schema` is that of the list. */
  readonly isList?: boolean;
  /** Which side of a schema that transforms is the public one. Default `input`, the text as sent. */
  readonly describedBy?: 'input' | 'output';
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
    const text = query.getAll(name).join(',');
    const parsed = parameter?.schema.safeParse(parameter.isList ? text.split(',') : text);
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

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text) / 1000)
  // A window that ends in year 0 would begin in a year that RFC 3339 cannot write.
  .pipe(z.number().min(Date.parse('0001-01-01T00:00:00Z') / 1000));

/** The kinds of parameter there are. */
export const oneOf = (description: string) =>
  ({ schema: word, wants: 'one name', description }) as const satisfies Parameter;

export const anyOf = (description: string) =>
  ({
    schema: z.array(word).max(1000),
    isList: true,
    wants: 'one or more values separated by commas, 1000 at most',
    description,
  }) as const satisfies Parameter;

/** As `anyOf`, of texts that may have commas of their own, as JSON has: all of it is one more value. */
export const anyText = (description: string) =>
  ({
    schema: z.array(z.string()).transform(withWhole).pipe(z.array(word).max(1000)),
    isList: true,
    wants: 'one or more texts separated by commas, 1000 at most',
    description,
    describedBy: 'output',
  }) as const satisfies Parameter;

function withWhole(parts: readonly string[]): readonly string[] {
  const whole = parts.join(',');
  return parts.length > 1 && whole.length <= 1000 ? [...parts, whole] : parts;
}

export const someOf = <const Names extends readonly [string, ...string[]]>(names: Names, description: string) =>
  ({
    schema: z.array(z.enum(names)).max(names.length),
    isList: true,
    wants: names.length === 1 ? names[0] : `one or more of ${names.join(', ')}, separated by commas`,
    description,
  }) as const;

export const oneOfThese = <const Names extends readonly [string, ...string[]]>(names: Names, description: string) =>
  ({ schema: z.enum(names), wants: `one of ${names.join(', ')}`, description }) as const;

export const aMoment = (description: string) =>
  ({
    schema: moment,
    wants: 'a time such as 2026-01-31T00:00:00Z (a "+" in a URL is written %2B)',
    description,
  }) as const satisfies Parameter;

export const aLimit = (max: number, description: string) =>
  ({
    schema: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(max)),
    describedBy: 'output',
    wants: `a whole number from 1 to ${max}`,
    description,
  }) as const satisfies Parameter;

/** Checked by the route, which alone knows for what it was made. */
export const aCursor = {
  schema: z.string().regex(/^[\w-]{1,8000}$/),
  wants: 'the next_cursor of an earlier answer, unchanged',
  description: 'Where to go on: `next_cursor` of the answer before, for the same filters.',
} as const satisfies Parameter;

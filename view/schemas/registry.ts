import * as z from 'zod';

/** The bodies of the API by their names in the OpenAPI document. */
export const bodies = z.registry<{ id: string }>();

/** Gives a schema its name and what it is. */
export function named<Schema extends z.ZodType>(id: string, description: string, schema: Schema): Schema {
  const described = schema.meta({ description });
  bodies.add(described, { id });
  return described;
}

/** A time as answers give it: RFC 3339, UTC, to the millisecond. */
export const time = z.iso.datetime({ precision: 3 });
export const text = z.string().nullable();
export const count = z.int().nonnegative();

/** A list as every list of the API is: a plural noun, and where the next page begins. */
export const listOf = <const Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  z.object({ [name]: z.array(item), next_cursor: z.string().nullable() } as {
    [Key in Name]: z.ZodArray<Item>;
  } & { next_cursor: z.ZodNullable<z.ZodString> });

/** A record as a text in which the order of its fields plays no part: `jsonb` keeps none. */
export const toComparable = (value: unknown): string => JSON.stringify(value, (_, field) => sortFields(field));

function sortFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

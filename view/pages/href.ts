/** The address of a job's page. It names the source, because an id is unique only within one. */
export const toJobHref = ({ id, source }: { id: string; source: string }): string =>
  `/jobs/${encodeURIComponent(id)}?${new URLSearchParams({ source })}`;

/** The parameters that select what has a value, or what has none (`null`). */
export function toSelection(
  keys: Readonly<Partial<Record<'state' | 'pipeline' | 'code', string | null>>>,
): Record<string, string | undefined> {
  const entries = Object.entries(keys);
  const none = entries.filter(([, value]) => value === null).map(([name]) => name);
  const given = entries.map(([name, value]): [string, string | undefined] => [name, value ?? undefined]);
  return { ...Object.fromEntries(given), without: none.length > 0 ? none.join(',') : undefined };
}

/** An address with some parameters of the query set to others, or taken out (`undefined`). */
export function toHref(
  path: string,
  query: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return next.size === 0 ? path : `${path}?${next}`;
}

import type { Cursors } from '#view/cursor.ts';

/** The page of a list that is ordered by its numbers, of which one row more was read, and the cursor of the page behind. */
export function toNumberedPage<Row extends { readonly id: number }>(
  found: readonly Row[],
  { limit, cursors, name }: { limit: number; cursors: Cursors; name: string },
): { rows: readonly Row[]; next: string | null } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: last && found.length > limit ? cursors.write(name, [last.id]) : null };
}

import type { Database } from '#db/client.ts';
import { type JobPosition, type JobRow, selectJobs } from '#db/select-jobs.ts';
import { type Cursors, toPayload } from '#view/cursor.ts';
import { RefusalError } from '#view/problem.ts';
import type { ListRequest } from '#view/replica/list-request.ts';
import { invalid } from '#view/replica/refusal.ts';

/** The body of a successful call, but for its `RequestId`. */
export interface Listing {
  readonly SnapshotJobList: { readonly SnapshotJob: readonly unknown[] };
  readonly NonExistSnapshotJobIds?: { readonly String: readonly string[] };
  readonly NextPageToken?: string;
}

/** Answers from the copy what MPS would answer. Throws ReplicaRefusal InvalidParameter for a token that is not good. */
export const readListing = (database: Database, cursors: Cursors, request: ListRequest): Promise<Listing> =>
  'ids' in request ? lookUp(database, request.ids) : readPage(database, cursors, request);

/** Newest first; jobs of one second in the order they were asked for. */
async function lookUp(database: Database, ids: readonly string[]): Promise<Listing> {
  if (ids.length === 0) return toListing([]);
  const rows: JobRow[] = [];
  let after: JobPosition | undefined;
  do {
    const page = await selectJobs(database, { filter: { ids }, after, limit: ids.length * 2, withRaw: true });
    rows.push(...page.rows);
    after = page.next;
  } while (after);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found = ids.flatMap((id) => byId.get(id) ?? []).sort((a, b) => b.creation_time - a.creation_time);
  const unknown = ids.filter((id) => !byId.has(id));
  return { ...toListing(found), ...(unknown.length > 0 ? { NonExistSnapshotJobIds: { String: unknown } } : {}) };
}

async function readPage(
  database: Database,
  cursors: Cursors,
  { filter, pageSize, token }: Exclude<ListRequest, { ids: unknown }>,
): Promise<Listing> {
  const list = `replica ${JSON.stringify(filter)}`;
  const after = redeem(cursors, list, token);
  const { rows, next } = await selectJobs(database, { filter, after, limit: pageSize, withRaw: true });
  return { ...toListing(rows), ...(next ? { NextPageToken: cursors.write(list, toPayload(next)) } : {}) };
}

function redeem(cursors: Cursors, list: string, token: string | undefined) {
  try {
    return cursors.readPosition(list, token);
  } catch (error) {
    throw error instanceof RefusalError ? invalid('The specified NextPageToken is not valid.') : error;
  }
}

const toListing = (rows: readonly { readonly raw?: unknown }[]): Listing => ({
  SnapshotJobList: { SnapshotJob: rows.map(({ raw }) => raw) },
});

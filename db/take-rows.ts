import { Client, type PoolClient, Query } from 'pg';

/** Rows of a statement, as many as were to be taken. */
export interface TakenRows<Row> {
  readonly rows: Row[];
  /** Whether the statement has more, perhaps. */
  readonly isCut: boolean;
}

/**
 * Sends a statement and takes its rows until their texts have so many characters together; one row at least. Then the connection
 * is broken off, which is the only way not to be sent the rest.
 */
export function takeRows<Row extends object>(
  client: PoolClient,
  { text, params, maxLength }: { text: string; params: unknown[]; maxLength: number },
): Promise<TakenRows<Row>> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    let [length, isCut] = [0, false];
    const query = new Query<Row>(text, params, (error) => (error ? reject(error) : resolve({ rows, isCut })));
    query.on('row', (row) => {
      if (isCut) return;
      rows.push(row);
      length += toLength(row);
      if (length < maxLength) return;
      isCut = true;
      // Its `end()` would wait until all that was asked for has come.
      if (client instanceof Client) client.connection.stream.destroy();
      resolve({ rows, isCut });
    });
    client.query(query);
  });
}

function toLength(row: object): number {
  let length = 0;
  for (const value of Object.values(row)) if (typeof value === 'string') length += value.length;
  return length;
}

import type { Database } from '#db/client.ts';
import { isConnectionLoss } from '#view/problem.ts';

/**
 * The database for reads: a statement that found its connection dead is sent once more, on another. A frozen function
 * instance wakes up with sockets that the other end has long closed, and only a statement can tell.
 */
export function createReadDatabase(database: Database): Database {
  return {
    ...database,
    query: (statement) => twice(() => database.query(statement)),
    queryTyped: (build) => twice(() => database.queryTyped(build)),
    queryUpTo: (statement, maxLength) => twice(() => database.queryUpTo(statement, maxLength)),
  };
}

async function twice<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    return read();
  }
}

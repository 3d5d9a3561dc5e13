import type { Channel } from '#alerts/channel.ts';
import type { Connection, WritableDatabase } from '#db/client.ts';

/** Where an instance dies: at its n-th contact with the outside. */
export interface Fate {
  left: number;
}

class Killed extends Error {}

/** Nothing an instance does after its death reaches anybody. */
function live(fate: Fate): void {
  if (fate.left <= 0) throw new Killed('killed');
  fate.left--;
}

/**
 * A database as an instance sees it that dies. A transaction that is open then is rolled back, as by a lost connection;
 * one may also be committed without the instance ever learning of it.
 */
export function createMortalDatabase(database: WritableDatabase, fate: Fate): WritableDatabase {
  const dying =
    <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      live(fate);
      const result = await work(...given);
      live(fate);
      return result;
    };
  const dyingConnection = ({ query, queryTyped }: Connection): Connection => ({
    query: dying(query) as Connection['query'],
    queryTyped: dying(queryTyped) as Connection['queryTyped'],
  });
  return {
    ...database,
    ...dyingConnection(database),
    withConnection: async (work) => {
      live(fate);
      const result = await database.withConnection((connection) => work(dyingConnection(connection)));
      live(fate);
      return result;
    },
  };
}

/** A channel of an instance that may die before a message leaves, or before its answer is known. */
export const createMortalChannel = (channel: Channel, fate: Fate): Channel => ({
  ...channel,
  deliver: async (body, attempt) => {
    live(fate);
    const result = await channel.deliver(body, attempt);
    live(fate);
    return result;
  },
});

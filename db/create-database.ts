import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';

/**
 * Makes a database where it is missing, from a template if one is named, and returns its URL. For servers of our own:
 * the demo's and the tests'.
 */
export async function ensureDatabase(serverUrl: string, name: string, template?: string): Promise<string> {
  const server = createDatabase({ url: serverUrl, connections: 1 });
  try {
    const found = await server.query(sql`select from pg_database where datname = ${name}`);
    const from = template ? sql` template ${sql.identifier(template)}` : sql``;
    if (found.length === 0) await server.query(sql`create database ${sql.identifier(name)}${from}`);
  } finally {
    await server.close();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

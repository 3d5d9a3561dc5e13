import type { Database } from '#db/client.ts';

/** What every route works with. */
export interface ViewContext {
  readonly database: Database;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Where the jobs come from, in a few words, for the page's heading. */
  readonly sourceSummary: string | undefined;
}

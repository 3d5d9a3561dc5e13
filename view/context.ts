import type { Context } from 'hono';
import type { Database } from '#db/client.ts';
import type { Cursors } from '#view/cursor.ts';

/** What every route works with. */
export interface ViewContext {
  readonly database: Database;
  /** The primary, for the few forms that change something; nothing that serves a read may use it. */
  readonly writer: Database | undefined;
  readonly cursors: Cursors;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Where the jobs come from, in a few words, for the page's heading. */
  readonly sourceSummary: string | undefined;
  /** Whether somebody can be signed in here, and so sign out. */
  readonly hasSessions: boolean;
}

/** What the server that carries the view says of itself with each request. */
export interface Carrier {
  /** The most bytes of text that an answer may have; unlimited where answers are streamed. */
  readonly answerBytes?: number;
}

export const toCarrier = (request: Context): Carrier => (request.env as Carrier | undefined) ?? {};

/**
 * The platforms that put an answer together before they send it. Less than half of what they carry (32 and 6 MB), because
 * a quoted text doubles its quotes on the way.
 */
export const carriers: Readonly<Record<'function-compute' | 'lambda', Carrier>> = {
  'function-compute': { answerBytes: 14_000_000 },
  lambda: { answerBytes: 2_600_000 },
};

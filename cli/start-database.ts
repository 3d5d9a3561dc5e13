import { AppError } from '#core/errors.ts';
import { createDatabase } from '#db/client.ts';
import { selectAccounts } from '#db/quota.ts';

/** What the calls of a demo are counted under. Sources of real MPS are `default`, or as `MPS_SOURCES` calls them. */
export const demoAccount = 'mps-sync demo';

/**
 * Refuses a database in which a demo's jobs and an account's would stand side by side: what a demo made up, and counts as read,
 * would pass for the account's. Who has called MPS is known from `mps.quota`. Throws `config_invalid`.
 */
export async function refuseMixing(url: string, { isDemo }: { isDemo: boolean }): Promise<void> {
  const database = createDatabase({ url, connections: 1 });
  const accounts = await selectAccounts(database).finally(() => database.close());
  if (isDemo && accounts.some((account) => account !== demoAccount)) throw toMistake(forDemo);
  if (!isDemo && accounts.includes(demoAccount)) throw toMistake(forCloud);
}

const toMistake = (problem: string) =>
  new AppError('config_invalid', `DATABASE_URL names a database that holds ${problem}`);

const forDemo =
  'jobs of MPS, and without credentials this is a demo, whose jobs would stand among them: set ALIBABA_CLOUD_ACCESS_KEY_ID, or unset DATABASE_URL to give the demo a database of its own';

const forCloud =
  'the jobs of a demo, which would stand among those of MPS and count as read: name another database, or drop this one and create it anew';

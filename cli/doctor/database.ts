import { type Finding, inArea, judgeClock, withinMs } from '#cli/doctor/check.ts';
import { checkRetention } from '#cli/doctor/retention.ts';
import { createDatabase, type Database } from '#db/client.ts';
import { readMigrations } from '#db/migration-files.ts';
import { type MigrationStatus, selectMigrationStatus } from '#db/select-migration-status.ts';
import { rehearseWrite, type ServerFacts, selectServerFacts } from '#db/select-server-facts.ts';
import { selectStandbyLag } from '#db/select-standby.ts';

/** The two parts a database plays. Only the first is written to. */
type DatabaseUse = 'DATABASE_URL' | 'VIEW_DATABASE_URL';

export interface DatabaseCheck {
  readonly use: DatabaseUse;
  readonly url: string;
  readonly migrationsFolder: string;
  readonly timeoutMs: number;
}

export interface DatabaseFindings {
  readonly findings: readonly Finding[];
  /** Whether the tables that pace calls are there and may be written. */
  readonly usable: boolean;
}

/** Connects once and looks at everything that a run, or the view, will need. */
export async function checkDatabase(check: DatabaseCheck): Promise<DatabaseFindings> {
  const { error } = inArea(check.use);
  const database = createDatabase({ url: check.url, connections: 1, statementTimeoutMs: check.timeoutMs });
  try {
    const sentAt = Date.now();
    const facts = await withinMs(check.timeoutMs, 'connecting to Postgres', selectServerFacts(database));
    const status = facts.maySeeMigrations
      ? await selectMigrationStatus(database, readMigrations(check.migrationsFolder))
      : undefined;
    const findings = [
      ...judgeServer(check, facts, { sentAt, receivedAt: Date.now() }),
      judgeSchema(check.use, facts, status),
      ...(await checkUse(check, database, facts)),
    ];
    return { findings, usable: findings.every((finding) => finding.status !== 'fail') };
  } catch (thrown) {
    return { findings: [error('reachable', thrown)], usable: false };
  } finally {
    await database.close();
  }
}

/** Version, way and clock of a server. Pure. */
export function judgeServer(
  { use, url }: Pick<DatabaseCheck, 'use' | 'url'>,
  facts: ServerFacts,
  { sentAt, receivedAt }: { sentAt: number; receivedAt: number },
): Finding[] {
  const { ok, fail } = inArea(use);
  const version = `PostgreSQL ${Math.floor(facts.version / 10_000)}.${facts.version % 10_000}`;
  const { hostname, port, pathname } = new URL(url);
  const place = `${hostname}${pathname}`;
  const direct = facts.serverPort === null || facts.serverPort === Number(port || 5432);
  // The middle of the round trip, and only what is beyond half of it, is a difference of clocks.
  const offset = facts.now - (sentAt + receivedAt) / 2;
  const slack = (receivedAt - sentAt) / 2;
  const findings = [
    ok('reachable', `${place} as ${facts.user}, ${direct ? 'directly' : 'through a pooler or a proxy, which is fine'}`),
    facts.version >= 140_000 ? ok('version', version) : fail('version', version, 'Use PostgreSQL 14 or newer.'),
    judgeClock(use, Math.abs(offset) <= slack ? 0 : offset, { warnMs: 5_000, failMs: 120_000 }),
  ];
  return facts.isolation === 'read committed' ? findings : [...findings, judgeIsolation(use, facts)];
}

/** Pure. Of another isolation, two that write at once fail each other, which ours are not made for. */
function judgeIsolation(use: DatabaseUse, { isolation, user }: Pick<ServerFacts, 'isolation' | 'user'>): Finding {
  const remedy = `Run "alter role ${user} set default_transaction_isolation = 'read committed'".`;
  const { ok, warn } = inArea(use);
  return use === 'VIEW_DATABASE_URL'
    ? ok('isolation', `${isolation} by default`)
    : warn('isolation', `${isolation} by default: calls and pages that meet fail each other`, remedy);
}

/** How the schema stands to this release. Pure. */
function judgeSchema(
  use: DatabaseUse,
  { migrated, user }: Pick<ServerFacts, 'migrated' | 'user'>,
  status: MigrationStatus | undefined,
): Finding {
  const { ok, fail, warn, skipped } = inArea(use);
  if (migrated && !status) return skipped('schema', `${user} may not see which migrations ran`);
  if (!status) return fail('schema', 'no migration has run here', 'Run "npx mps-sync migrate".');
  if (status.newer) {
    return warn(
      'schema',
      'migrated by a newer release than this one',
      'Deploy that release here too; this one works on its schema meanwhile.',
    );
  }
  if (status.pending.length > 0) {
    return fail('schema', `${status.pending.length} migration(s) behind this release`, 'Run "npx mps-sync migrate".');
  }
  return ok('schema', `up to date, ${status.applied} migrations`);
}

/** What the sync, or the view, is going to do with it. */
async function checkUse({ use }: DatabaseCheck, database: Database, facts: ServerFacts): Promise<Finding[]> {
  const findings = inArea(use);
  if (!facts.migrated)
    return [use === 'DATABASE_URL' ? judgeRightToMigrate(facts) : findings.skipped('rights', 'there is no schema yet')];
  if (use === 'VIEW_DATABASE_URL') return [judgeReadRight(facts), judgeLag(await selectStandbyLag(database))];
  if (facts.readOnly) return [failReadOnly(facts)];
  const rights = judgeRights(facts);
  if (rights.status === 'fail') return [rights, findings.skipped('rehearsal', 'rights are missing')];
  const rehearsal = await rehearseWrite(database).then(
    () => findings.ok('rehearsal', 'made the partitions of this month and the next and a lease, and took them back'),
    (thrown) => findings.error('rehearsal', thrown),
  );
  return [rights, rehearsal, judgeReader(facts), ...(await checkRetention(database))];
}

function failReadOnly({ standby }: ServerFacts): Finding {
  const remedy = 'Point DATABASE_URL at the primary; a standby serves as VIEW_DATABASE_URL.';
  return inArea('DATABASE_URL').fail('rights', `read-only${standby ? ': a hot standby' : ''}`, remedy);
}

/** Pure. Whether the first migration may begin. */
function judgeRightToMigrate(facts: ServerFacts): Finding {
  const { ok, fail } = inArea('DATABASE_URL');
  const { user, database, mayMakeSchemas } = facts;
  if (facts.readOnly) return failReadOnly(facts);
  if (mayMakeSchemas) return ok('rights', `${user} may migrate`);
  const remedy = `Run "grant create on database ${database} to ${user}" as its owner or an administrator.`;
  return fail('rights', `${user} may not make schemas in ${database}, which migrating does`, remedy);
}

/** Pure. Those who read by SQL are members of `mps_reader`; nothing else needs it. */
function judgeReader({ user, readerReads }: Pick<ServerFacts, 'user' | 'readerReads'>): Finding {
  const { ok, warn } = inArea('DATABASE_URL');
  if (readerReads) return ok('readers', 'mps_reader reads the views of report');
  return readerReads === null
    ? warn(
        'readers',
        'there is no role mps_reader',
        `Run "create role mps_reader nologin" as an administrator, then "select mps.grant_reader()" as ${user}.`,
      )
    : warn('readers', 'mps_reader may not read the views of report', `Run "select mps.grant_reader()" as ${user}.`);
}

/** Pure. */
function judgeRights({ user, mayWrite, mayMakePartitions, mayRead }: ServerFacts): Finding {
  const { ok, fail } = inArea('DATABASE_URL');
  const lacks = [
    mayWrite ? undefined : 'write the tables of schema mps',
    mayMakePartitions ? undefined : 'make partitions of mps.job',
    mayRead ? undefined : 'read what it wrote',
  ].filter((right) => right !== undefined);
  if (lacks.length === 0) return ok('rights', `${user} may write, read and make partitions`);
  return fail(
    'rights',
    `${user} may not ${lacks.join(', nor ')}`,
    `Connect as the role that migrated, or make ${user} a member of it.`,
  );
}

function judgeReadRight({ user, mayRead }: ServerFacts): Finding {
  const { ok, fail } = inArea('VIEW_DATABASE_URL');
  if (mayRead) return ok('rights', `${user} may read`);
  return fail(
    'rights',
    `${user} may not read all tables of schema mps`,
    `Run "grant pg_read_all_data to ${user}" there, or use the role that migrated.`,
  );
}

/** Pure. Seconds; NULL is no standby. */
export function judgeLag(lag: number | null): Finding {
  const { ok, warn } = inArea('VIEW_DATABASE_URL');
  if (lag === null) return ok('standby', 'a primary');
  const detail = `a hot standby, ${lag.toFixed(1)} s behind`;
  return lag > 60
    ? warn('standby', detail, 'Look at its replication: the view shows jobs as old as that.')
    : ok('standby', detail);
}

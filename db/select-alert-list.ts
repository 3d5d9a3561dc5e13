import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type AlertGroupRow, alertGroupColumns } from '#db/select-alerts.ts';

/** What alerts must have to be selected: one of each list given. */
export interface AlertFilter {
  readonly statuses?: readonly string[] | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly pipelines?: readonly string[] | undefined;
  readonly codes?: readonly string[] | undefined;
}

/** Alerts of any status by their number downwards, which never changes, from behind `before` on. */
export async function selectAlertList(
  database: Database,
  { filter, before, limit }: { filter: AlertFilter; before?: number | undefined; limit: number },
): Promise<AlertGroupRow[]> {
  const columns = {
    status: filter.statuses,
    rule: filter.rules,
    source: filter.sources,
    pipeline_id: filter.pipelines,
    code: filter.codes,
  };
  const conditions = Object.entries(columns).flatMap(([name, values]) =>
    values === undefined ? [] : [sql`alert_group.${sql.identifier(name)} = any (${sql.param(values)}::text[])`],
  );
  if (before !== undefined) conditions.push(sql`alert_group.id < ${before}::bigint`);
  return database.query<AlertGroupRow>(sql`
    select ${alertGroupColumns} from mps.alert_group
    where ${sql.join([sql`true`, ...conditions], sql` and `)}
    order by alert_group.id desc
    limit ${limit}::int`);
}

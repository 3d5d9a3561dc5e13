import { type SQL, sql } from 'drizzle-orm';
import { parseExactJson } from '#core/exact-json.ts';
import type { Database } from '#db/client.ts';
import { changeSlackSeconds, hasFacet, isWithin, type JobFilter, toConditions } from '#db/job-filter.ts';
import { decideReach, type JobReach } from '#db/job-reach.ts';
import { toMoment } from '#db/moment.ts';

/** A job by the columns of `report.job`, `raw` apart. Moments are epoch seconds, with their fraction. */
export interface JobRow {
  readonly source: string;
  readonly id: string;
  readonly creation_time: number;
  readonly state: string | null;
  readonly pipeline_id: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly user_data: string | null;
  readonly count: number | null;
  readonly tile_count: number | null;
  readonly input_bucket: string | null;
  readonly input_location: string | null;
  readonly input_object: string | null;
  readonly output_bucket: string | null;
  readonly output_location: string | null;
  readonly output_object: string | null;
  readonly tile_output_object: string | null;
  readonly mns_message_id: string | null;
  readonly mns_error_code: string | null;
  readonly mns_error_message: string | null;
  readonly first_seen_at: number;
  readonly changed_at: number;
  readonly missing_since: number | null;
  /** Only where it was asked for. Its JSON text is made by `toJsonText`, which knows exact numbers. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** The place of a job in the order of {@link selectJobs}: its whole sort key, so that ties are no trouble. */
export interface JobPosition {
  /** Epoch seconds. Exact to the microsecond until 2242, and to the second, which is all MPS has, for ever. */
  readonly creationTime: number;
  readonly id: string;
  readonly source: string;
}

/** What a page is ordered by. */
type PositionColumns = Pick<JobRow, 'creation_time' | 'id' | 'source'>;

export const toPosition = (row: PositionColumns): JobPosition => ({
  creationTime: row.creation_time,
  id: row.id,
  source: row.source,
});

export interface PageOptions {
  readonly filter: JobFilter;
  readonly after?: JobPosition | undefined;
  /** Jobs on the page, at most. */
  readonly limit: number;
  /** Characters of the jobs on the page together; with the job that reaches it the page ends. Some million unless given. */
  readonly maxLength?: number | undefined;
}

export interface JobPage<Row> {
  readonly rows: readonly Row[];
  /** Behind which place the next page begins, or `undefined` after the last. */
  readonly next: JobPosition | undefined;
}

/** A job may be a megabyte: a thousand of them would be too many for the memory of a function. */
const defaultLength = 8_000_000;

/**
 * Jobs newest first (then by id downwards, then by source), from behind `after` on. A page is found by its key, not
 * by counting: jobs that arrive meanwhile neither repeat nor hide any. It looks only as far back as {@link decideReach}
 * says: a page with a `next` may have fewer jobs than its limit, even none.
 */
export async function selectJobs(
  database: Database,
  options: PageOptions & { withRaw: boolean },
): Promise<JobPage<JobRow>> {
  const page = await selectPage<TextRow>(database, { ...options, columns: toColumns(options.withRaw) });
  return { ...page, rows: page.rows.map(toRow) };
}

type TextRow = Omit<JobRow, 'raw'> & { readonly raw?: string };

const toRow = ({ raw, ...row }: TextRow): JobRow => (raw === undefined ? row : { ...row, raw: parseRaw(raw) });

const parseRaw = (text: string) => parseExactJson(text) as NonNullable<JobRow['raw']>;

/**
 * A page of jobs in columns of one's own, those of their order among them. One row more than the page holds is read, to know
 * whether another follows.
 */
export async function selectPage<Row extends PositionColumns>(
  database: Database,
  options: PageOptions & { columns: SQL },
): Promise<JobPage<Row>> {
  const { filter, limit } = options;
  const reach = await decideReach(database, { filter, until: findUntil(options), limit: limit + 1 });
  if (reach === undefined) return { rows: [], next: undefined };
  const found = await database.queryUpTo<Row>(toStatement({ ...options, reach }), options.maxLength ?? defaultLength);
  const rows = found.rows.slice(0, limit);
  const last = rows.at(-1);
  if (last && (found.isCut || found.rows.length > limit)) return { rows, next: toPosition(last) };
  // All that is as old or younger has been seen; no id comes before ''.
  return { rows, next: reach.from === undefined ? undefined : { creationTime: reach.from, id: '', source: '' } };
}

/** Jobs created later are not among those behind `after` that pass. */
function findUntil({ filter: { createdTo, changedTo }, after }: PageOptions): number | undefined {
  const ends = [createdTo, after?.creationTime, changedTo === undefined ? undefined : changedTo + changeSlackSeconds];
  const given = ends.filter((end) => end !== undefined);
  return given.length > 0 ? Math.min(...given) : undefined;
}

/**
 * Where what matches is few, it is found first and sorted then: by a key that is no index's. Told of the limit, the planner would
 * else hope to meet enough of them early on the way through all jobs in their order. What the columns say is worked out one by one, and
 * not of all that are sorted: a job may be large.
 */
function toStatement({ filter, after, limit, columns, reach }: PageOptions & { columns: SQL; reach: JobReach }): SQL {
  const conditions = sql.join(
    [
      sql`true`,
      ...toConditions(filter),
      ...(after ? [toBehind(after)] : []),
      ...isWithin(sql`job.creation_time`, reach.from, undefined),
      ...(reach.facets === undefined ? [] : [hasFacet(reach.facets)]),
      // A second more on both sides: a number has not every microsecond.
      ...(reach.between === undefined
        ? []
        : isWithin(sql`job.creation_time`, reach.between[0] - 1, reach.between[1] + 1)),
    ],
    sql` and `,
  );
  const time = reach.isFew ? sql`job.creation_time + interval '0'` : sql`job.creation_time`;
  return sql`select ${columns} from (
      select * from report.job where ${conditions} order by ${time} desc, job.id desc, job.source limit ${limit + 1}::int
    ) as job`;
}

/** One job by its id. Where several sources have the id and none is named, the first by name. */
export async function selectJob(
  database: Database,
  options: { id: string; source?: string | undefined; withRaw: boolean },
): Promise<JobRow | undefined> {
  const ofSource = options.source === undefined ? sql`` : sql`and job.source = ${options.source}::text`;
  const rows = await database.query<TextRow>(sql`
    select ${toColumns(options.withRaw)} from report.job
    where job.id = ${options.id}::text ${ofSource}
    order by job.source, job.creation_time desc
    limit 1`);
  return rows.map(toRow)[0];
}

function toColumns(withRaw: boolean): SQL {
  return sql`
    job.source, job.id, date_part('epoch', job.creation_time) as creation_time,
    state, pipeline_id, code, message, user_data, count::float8 as count, tile_count::float8 as tile_count,
    input_bucket, input_location, input_object, output_bucket, output_location, output_object, tile_output_object,
    mns_message_id, mns_error_code, mns_error_message, date_part('epoch', first_seen_at) as first_seen_at,
    date_part('epoch', changed_at) as changed_at, date_part('epoch', missing_since) as missing_since
    ${withRaw ? sql`, raw::text as raw` : sql``}`;
}

/**
 * Behind a position. The first line says nothing new, but it is the one that prunes partitions; the second is what
 * the index can use; the third settles jobs of one id in several sources.
 */
function toBehind({ creationTime, id, source }: JobPosition): SQL {
  const at = toMoment(creationTime);
  return sql`job.creation_time <= ${at}
    and (job.creation_time, job.id) <= (${at}, ${id}::text)
    and ((job.creation_time, job.id) < (${at}, ${id}::text) or job.source > ${source}::text)`;
}

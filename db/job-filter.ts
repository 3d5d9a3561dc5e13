import { type SQL, sql } from 'drizzle-orm';
import { toMoment } from '#db/moment.ts';

/**
 * What jobs must have to be selected: one of each list, and every condition given. Moments in epoch seconds. Among states, pipelines and
 * codes, `''` stands for none.
 */
export interface JobFilter {
  readonly states?: readonly string[] | undefined;
  readonly pipelines?: readonly string[] | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Inclusive. */
  readonly createdFrom?: number | undefined;
  /** Exclusive. */
  readonly createdTo?: number | undefined;
  /** Inclusive. When a change of the job was last seen. */
  readonly changedFrom?: number | undefined;
  /** Exclusive. */
  readonly changedTo?: number | undefined;
  /** Names of the input object, whole or how they begin. */
  readonly inputs?: TextMatch | undefined;
  readonly outputs?: TextMatch | undefined;
  readonly userData?: TextMatch | undefined;
}

/** A text that is one of some, or that begins with one of some. */
export interface TextMatch {
  readonly whole: readonly string[];
  readonly beginnings: readonly string[];
}

/** Whether a filter asks for what the counts know apart. */
export const selectsByKeys = ({ states, pipelines, codes, sources }: JobFilter): boolean =>
  [states, pipelines, codes, sources].some((values) => values !== undefined);

/** Whether a filter asks for what the counts do not know. */
export const sifts = ({ changedFrom, changedTo, inputs, outputs, userData }: JobFilter): boolean =>
  [changedFrom, changedTo, inputs, outputs, userData].some((value) => value !== undefined);

/** What a filter asks of `report.job`, one condition each. */
export function toConditions(filter: JobFilter): SQL[] {
  return [
    ...isAnyKeyOf(sql`state`, filter.states),
    ...isAnyKeyOf(sql`pipeline_id`, filter.pipelines),
    ...isAnyKeyOf(sql`code`, filter.codes),
    ...isAnyOf(sql`job.source`, filter.sources),
    ...isAnyOf(sql`job.id`, filter.ids),
    ...isWithin(sql`job.creation_time`, filter.createdFrom, filter.createdTo),
    ...hasChangedWithin(filter),
    ...wasCreatedBefore(filter.changedTo),
    ...matches(sql`input_object`, filter.inputs),
    ...matches(sql`output_object`, filter.outputs),
    ...matches(sql`user_data`, filter.userData),
  ];
}

const isAnyOf = (column: SQL, values: readonly string[] | undefined): SQL[] =>
  values === undefined ? [] : [sql`${column} = any (${sql.param(values)}::text[])`];

/** How much of a value the counts know (`mps.to_key`). */
const keyLength = 128;

/** A value as long as a key may come from the counts: it stands for the longer ones too. */
function isAnyKeyOf(column: SQL, values: readonly string[] | undefined): SQL[] {
  if (values === undefined) return [];
  const cut = values.filter((value) => [...value].length === keyLength);
  const either = [
    ...isAnyOf(column, values),
    ...(cut.length === 0 ? [] : [sql`mps.to_key(${column}) = any (${sql.param(cut)}::text[])`]),
    ...(values.includes('') ? [sql`${column} is null`] : []),
  ];
  return [sql`(${sql.join(either, sql` or `)})`];
}

/** From a moment on, and before another; in epoch seconds. */
export const isWithin = (column: SQL, from: number | undefined, to: number | undefined): SQL[] => [
  ...(from === undefined ? [] : [sql`${column} >= ${toMoment(from)}`]),
  ...(to === undefined ? [] : [sql`${column} < ${toMoment(to)}`]),
];

const hasChangedWithin = ({ changedFrom, changedTo }: JobFilter): SQL[] =>
  isWithin(sql`job.changed_at`, changedFrom, changedTo);

/** A job is created before it changes; a day is far more than the clocks of MPS and of the database can differ. */
export const changeSlackSeconds = 86_400;

const wasCreatedBefore = (changedTo: number | undefined): SQL[] =>
  isWithin(sql`job.creation_time`, undefined, changedTo === undefined ? undefined : changedTo + changeSlackSeconds);

/** In the words of the index `job_facet_idx`. */
export const hasFacet = (facets: readonly string[]): SQL =>
  sql`mps.to_facet(job.source, pipeline_id, state, code) = any (${sql.param(facets)}::bigint[])`;

/** In the words of the indexes of texts, which hold their hashes by the days of jobs. */
const isAnyText = (column: SQL, texts: readonly string[]): SQL => {
  const asked = sql`${sql.param(texts)}::text[]`;
  return sql`(${column} = any (${asked}) and report.text_key(job.creation_time, ${column}) = any (
    array(select unnest(report.text_keys(text)) from unnest(${asked}) as text)))`;
};

function matches(column: SQL, match: TextMatch | undefined): SQL[] {
  if (match === undefined) return [];
  const patterns = match.beginnings.map((text) => `${text.replace(/[\\%_]/g, '\\$&')}%`);
  const either = [
    ...(match.whole.length > 0 ? [isAnyText(column, match.whole)] : []),
    ...patterns.map((pattern) => sql`${column} like ${pattern}::text`),
  ];
  return [sql`(${sql.join(either, sql` or `)})`];
}

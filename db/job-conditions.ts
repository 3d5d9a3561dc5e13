import { type SQL, sql } from 'drizzle-orm';
import type { JobFilter, JobPosition } from '#db/select-jobs.ts';

/** Conditions on `job`, all of which must hold. */
export const toWhere = (conditions: readonly SQL[]): SQL =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);

/** All that a selection asks of a job. */
export const toJobConditions = (filter: JobFilter, after: JobPosition | undefined): SQL[] => [
  ...toFacetConditions(filter),
  ...toConditions(filter),
  ...toBehind(after),
];

const toFacetConditions = (filter: JobFilter): SQL[] => [
  ...isAnyOf(sql`job.state`, filter.states),
  ...isAnyOf(sql`job.pipeline_id`, filter.pipelines),
  ...isAnyOf(sql`job.code`, filter.codes),
  ...isAnyOf(sql`job.source`, filter.sources),
];

/** What is asked of a combination, whose texts are cut as the counts' keys are. */
export const toCombinationConditions = (filter: JobFilter): SQL[] => [
  ...isAnyOf(sql`facet.state`, filter.states?.map(toKey)),
  ...isAnyOf(sql`facet.pipeline_id`, filter.pipelines?.map(toKey)),
  ...isAnyOf(sql`facet.code`, filter.codes?.map(toKey)),
  ...isAnyOf(sql`facet.source`, filter.sources),
];

/** As mps.to_key: Postgres counts characters, where JavaScript counts halves of some. */
const toKey = (text: string): string => [...text].slice(0, 128).join('');

function toConditions(filter: JobFilter): SQL[] {
  const isFrom = (column: SQL, moment: number | undefined) =>
    moment === undefined ? [] : [sql`${column} >= to_timestamp(${moment}::float8)`];
  const isBefore = (column: SQL, moment: number | undefined) =>
    moment === undefined ? [] : [sql`${column} < to_timestamp(${moment}::float8)`];
  return [
    ...isAnyOf(sql`job.id`, filter.ids),
    ...isAnyOf(sql`job.user_data`, filter.userData),
    ...isAnyOf(sql`job.input_object`, filter.inputObjects),
    ...isAnyOf(sql`job.output_object`, filter.outputObjects),
    ...isFrom(sql`job.creation_time`, filter.createdFrom),
    ...isBefore(sql`job.creation_time`, filter.createdTo),
    ...isFrom(sql`job.changed_at`, filter.changedFrom),
    ...isBefore(sql`job.changed_at`, filter.changedTo),
  ];
}

const isAnyOf = (column: SQL, values: readonly string[] | undefined): SQL[] =>
  values === undefined ? [] : [sql`${column} = any (${sql.param(values)}::text[])`];

/**
 * Behind a position. The first line says nothing new, but it is the one that prunes partitions; the second is what
 * the index can use; the third settles jobs of one id in several sources.
 */
function toBehind(after: JobPosition | undefined): SQL[] {
  if (!after) return [];
  const at = sql`to_timestamp(${after.creationTime}::float8)`;
  return [
    sql`job.creation_time <= ${at}`,
    sql`(job.creation_time, job.id) <= (${at}, ${after.id}::text)`,
    sql`((job.creation_time, job.id) < (${at}, ${after.id}::text) or job.source > ${after.source}::text)`,
  ];
}

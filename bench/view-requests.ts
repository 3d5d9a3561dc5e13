/** What the view is asked for while it is measured: requests that differ in what they filter by. */

export interface SampleJob {
  readonly id: string;
  /** Its own and ninety-nine others, all of about one time. */
  readonly ids: readonly string[];
  readonly source: string;
  readonly pipeline: string;
  readonly state: string;
  readonly code: string | null;
  readonly input: string | null;
  readonly userData: string | null;
  readonly output: string | null;
  /** Epoch seconds. */
  readonly created: number;
  readonly changed: number;
}

const hour = 3_600;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

type Choice = Readonly<Record<string, string>>;

/**
 * The values that each filter of `/v1/jobs` is asked with: as a stored job has them, and others: a rare one, one that nobody has, a
 * beginning, a long time, a time without jobs; of what a job may lack (`without`), those that lack it.
 */
function toFilters(job: SampleJob): Readonly<Record<string, readonly Choice[]>> {
  const within = (name: string, from: number, to: number) => ({ [`${name}_from`]: iso(from), [`${name}_to`]: iso(to) });
  const input = job.input ?? 'none';
  const output = job.output ?? 'none';
  return {
    state: [
      { state: job.state },
      { state: 'Submitted' },
      { state: 'Nowhere' },
      { state: 'Fail,Submitted' },
      { without: 'state' },
    ],
    pipeline: [
      { pipeline: job.pipeline },
      { pipeline: 'nobody' },
      { pipeline: `${job.pipeline},nobody` },
      { without: 'pipeline' },
    ],
    code: [
      { code: job.code ?? 'SnapshotTimeOut' },
      { code: 'Nothing' },
      { code: 'SnapshotTimeOut,InternalError' },
      { without: 'code' },
    ],
    source: [{ source: job.source }, { source: 'nobody' }, { source: 'overseas' }],
    created: [
      within('created', job.created - 12 * hour, job.created + 12 * hour),
      within('created', job.created - 60 * 24 * hour, job.created),
      within('created', job.created, job.created + 60),
      { created_from: iso(job.created - 30 * 24 * hour) },
      within('created', 0, hour),
    ],
    changed: [
      within('changed', job.changed - hour, job.changed + hour),
      within('changed', job.changed - 60 * 24 * hour, job.changed),
      { changed_from: iso(job.changed) },
      { changed_to: iso(job.changed) },
    ],
    input: [{ input }, { input: 'nobody' }, { input: `${input.slice(0, 20)}*` }, { input: 'nobody*' }],
    output: [{ output }, { output: 'nobody' }, { output: `${output.slice(0, 22)}*` }],
    user_data: [{ user_data: job.userData ?? 'none' }, { user_data: 'nobody' }, { user_data: 'asset-1*' }],
  };
}

export interface JobsRequest {
  /** The filters by their names, such as `state+created`. */
  readonly name: string;
  readonly path: string;
}

/** Ids that are asked for, with whatever else: one, a hundred, one that nobody has. */
const toIdChoices = ({ id, ids }: SampleJob): readonly Choice[] => [{ id }, { id: ids.join(',') }, { id: 'nobody' }];

/**
 * Every combination of the nine filters there are besides ids: 512; with `withIds`, each together with ids. `round` 0 asks as this job has
 * it, so that most have an answer; the others mix the values, each combination in another way. Pages have their usual size unless a limit
 * is given.
 */
export function toCombinations(
  job: SampleJob,
  round: number,
  { limit, withIds = false }: { limit?: number | undefined; withIds?: boolean | undefined } = {},
): JobsRequest[] {
  const filters = Object.entries(toFilters(job));
  return Array.from({ length: 2 ** filters.length }, (_, bits) => {
    const chosen = filters.filter((_, index) => (bits >> index) & 1);
    if (withIds) chosen.push(['id', toIdChoices(job)]);
    const values = chosen.map(([, choices], index) => choices[pick(round, bits, index) % choices.length] ?? {});
    if (limit !== undefined) values.push({ limit: String(limit) });
    return {
      name: chosen.map(([name]) => name).join('+') || 'none',
      path: `/v1/jobs?${toQuery(values)}`.replace(/\?$/, ''),
    };
  });
}

/** What several filters ask for under one name is asked for once: `without=state,code`. */
function toQuery(choices: readonly Choice[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of choices.flatMap((choice) => Object.entries(choice))) {
    query.set(name, query.has(name) ? `${query.get(name)},${value}` : value);
  }
  return query;
}

/** Some number or other, the same in every run. */
const pick = (round: number, bits: number, index: number): number =>
  round === 0 ? 0 : Math.imul((bits + 1) * 31 + index * 7 + round * 13, 2_654_435_761) >>> 20;

/** The value below which a share of a sample lies. */
export function toPercentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

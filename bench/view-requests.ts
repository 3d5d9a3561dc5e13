/** What the view is asked for while it is measured: requests that differ in what they filter by. */

export interface SampleJob {
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

/** One value of each filter of `/v1/jobs`, as a stored job has them, so that most combinations have an answer. */
function toFilters(job: SampleJob): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const day = { created_from: iso(job.created - 12 * hour), created_to: iso(job.created + 12 * hour) };
  return {
    state: { state: job.state },
    pipeline: { pipeline: job.pipeline },
    code: { code: job.code ?? 'SnapshotTimeOut' },
    source: { source: job.source },
    created: day,
    changed: { changed_from: iso(job.changed - hour), changed_to: iso(job.changed + hour) },
    input: { input: job.input ?? 'none' },
    output: { output: job.output ?? 'none' },
    user_data: { user_data: job.userData ?? 'none' },
  };
}

export interface JobsRequest {
  /** The filters by their names, such as `state+created`. */
  readonly name: string;
  readonly path: string;
}

/** Every combination of the filters there are: 512 for nine of them, each once for this job. */
export function toCombinations(job: SampleJob): JobsRequest[] {
  const filters = Object.entries(toFilters(job));
  return Array.from({ length: 2 ** filters.length }, (_, bits) => {
    const chosen = filters.filter((_, index) => (bits >> index) & 1);
    const query = new URLSearchParams(Object.assign({}, ...chosen.map(([, values]) => values)));
    return { name: chosen.map(([name]) => name).join('+') || 'none', path: `/v1/jobs?${query}`.replace(/\?$/, '') };
  });
}

/** The value below which a share of a sample lies. */
export function toPercentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

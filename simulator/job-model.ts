import type { RawJob, ScheduledJob } from './job.ts';
import {
  type AbsentAs,
  createEntry,
  entryJson,
  entryRaw,
  entryState,
  idOf,
  type JobEntry,
  type JobSource,
  toSource,
} from './job-entry.ts';
import type { JobModelOptions } from './job-model-options.ts';
import { JobOrder } from './job-order.ts';
import { isListed, type JobQuery, type JobSlice } from './job-query.ts';
import { hashText } from './random.ts';

const DAY_MS = 86_400_000;

/** The jobs of one account and region as MPS holds them. All reading happens at the model's clock. */
export class JobModel {
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
  readonly #options: JobModelOptions;
  readonly #absentAs: AbsentAs;
  readonly #order = new JobOrder<JobEntry>();
  readonly #byId = new Map<string, JobEntry>();
  #arrivals = 0;

  constructor(options: JobModelOptions = {}) {
    this.now = options.now ?? Date.now;
    this.#options = options;
    this.#absentAs = options.absentAs ?? 'absent';
  }

  /** Jobs held, those not yet visible and those past retention included. */
  get size(): number {
    return this.#byId.size;
  }

  /** Adds one job: scheduled by the clock, or a literal job object. An id already held is replaced. */
  add(job: ScheduledJob | RawJob): void {
    this.addMany([job]);
  }

  /** Adds jobs; cheaper than one by one. */
  addMany(jobs: Iterable<ScheduledJob | RawJob>): void {
    const entries = new Map<string, JobEntry>();
    for (const job of jobs) {
      const entry = this.#createEntry(toSource(job));
      entries.set(entry.id, entry);
    }
    this.#insert([...entries.values()]);
  }

  /** Adds a literal job given as JSON text, which is served byte for byte (numbers beyond 2^53, doubled fields). */
  addText(text: string): void {
    const entry = this.#createEntry({ raw: JSON.parse(text) as RawJob });
    this.#insert([{ ...entry, json: Buffer.from(text), jsonState: entryState(entry, 0) }]);
  }

  /** Replaces the job of this id by a literal one, or adds it. */
  set(id: string, raw: RawJob): void {
    this.#insert([this.#createEntry({ raw }, id)]);
  }

  /** Makes MPS forget a job; answers whether it was held. */
  remove(id: string): boolean {
    const entry = this.#byId.get(id);
    if (entry === undefined) {
      return false;
    }
    this.#order.remove(entry);
    return this.#byId.delete(id);
  }

  /** The job object of this id now, or undefined when MPS does not know it (yet, or any more). */
  get(id: string): RawJob | undefined {
    const entry = this.find(id);
    return entry && entryRaw(entry, this.now(), this.#absentAs);
  }

  /** Every job object that a listing without filters would give now, newest first. */
  all(): RawJob[] {
    const { entries, at } = this.list();
    return entries.map((entry) => entryRaw(entry, at, this.#absentAs));
  }

  /** Like `get`, for the server: the entry, not the object. */
  find(id: string): JobEntry | undefined {
    const entry = this.#byId.get(id);
    const now = this.now();
    return entry && entry.knownFrom <= now && entry.createdAt >= this.#oldestKept(now) ? entry : undefined;
  }

  /** The JSON of an entry, UTF-8, as of now or of another time (epoch milliseconds). */
  jsonOf(entry: JobEntry, at = this.now()): Buffer {
    return entryJson(entry, at, this.#absentAs);
  }

  /** Makes the JSON of every job now (some 10 µs each), so that a measurement that follows pays for pages only. */
  warm(): void {
    const now = this.now();
    for (const entry of this.#byId.values()) {
      entryJson(entry, now, this.#absentAs);
    }
  }

  /** One slice of the listing, newest first. */
  list(query: JobQuery = {}): JobSlice {
    const now = this.now();
    const entries: JobEntry[] = [];
    const limit = query.limit ?? Number.POSITIVE_INFINITY;
    let more = false;
    const oldest = Math.max(query.from ?? Number.NEGATIVE_INFINITY, this.#oldestKept(now));
    const range = { from: Math.ceil(oldest / 1000), to: Math.floor((query.to ?? Number.POSITIVE_INFINITY) / 1000) };
    this.#order.walk({ ...range, after: query.after, turned: query.turned ?? false }, (entry) => {
      if (!isListed(entry, query, now)) {
        return true;
      }
      more = entries.length >= limit;
      if (!more) {
        entries.push(entry);
      }
      return !more;
    });
    return { entries, more, at: now - (query.staleMs ?? 0) };
  }

  #oldestKept(now: number): number {
    const days = this.#options.retentionDays;
    return days === undefined ? Number.NEGATIVE_INFINITY : now - days * DAY_MS;
  }

  #insert(entries: readonly JobEntry[]): void {
    for (const entry of entries) {
      this.remove(entry.id);
      this.#byId.set(entry.id, entry);
    }
    this.#order.insert(entries);
  }

  #createEntry(source: JobSource, key?: string): JobEntry {
    this.#arrivals += 1;
    const id = key ?? idOf(source) ?? `without-id-${this.#arrivals}`;
    const tie = this.#byId.get(id)?.tie ?? this.#tieOf(id);
    return createEntry(source, { id, tie }, this.now(), this.#options.visibilityDelayMs ?? (() => 0));
  }

  #tieOf(id: string): number {
    return this.#options.sameSecondOrder === 'shuffled' ? hashText(id, this.#options.seed ?? 1) : this.#arrivals;
  }
}

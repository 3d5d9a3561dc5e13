import { toCallRate, toPeak } from '#core/call-rate.ts';
import { AppError } from '#core/errors.ts';
import type { StorableJob } from '#core/job.ts';
import { contains, type Range, union } from '#core/range.ts';
import type { RunCounts, RunOutcome } from '#core/run.ts';
import { decideMerge, isOpen, toRank } from '#core/state.ts';
import type { Lease } from '#db/lease.ts';
import type { SlotBlock, SlotRequest } from '#db/quota.ts';
import type { PageCounts, PageWrite } from '#db/write-page.ts';

export interface StoredJob {
  raw: StorableJob['raw'];
  state: string | null;
  readonly creationTime: number;
  missingSince: number | undefined;
}

export interface StoredRun {
  readonly id: number;
  readonly startedAt: number;
  /** The fence of the lease that it began under. */
  readonly fence: number;
  outcome: RunOutcome | undefined;
  errorCode: string | undefined;
  window: Range | undefined;
  counts: RunCounts | undefined;
}

type RunEnd = Pick<StoredRun, 'id' | 'outcome' | 'errorCode' | 'window' | 'counts'>;

/** A page that would change something, by whom, and whose turn it was. */
export interface Attempt {
  readonly runId: number;
  readonly newestFence: number;
  readonly isRefused: boolean;
}

/** The calls of an account, which databases of several sources may share. */
export interface Quota {
  nextSlotAt: number;
  historyFreeAt: number;
  throttle: { peak: number; at: number } | undefined;
}

export const createQuota = (): Quota => ({ nextSlotAt: 0, historyFreeAt: 0, throttle: undefined });

const toState = (raw: StorableJob['raw']): string | null => (typeof raw.State === 'string' && raw.State) || null;

/**
 * Postgres as the engine sees it, for one source: every method is one transaction, at one moment, and obeys the same
 * rules of `core` that the statements in `db/` are tested to obey.
 */
export class MemoryDatabase {
  readonly jobs = new Map<string, StoredJob>();
  readonly transitions = new Map<string, { from: string | null; to: string | null }[]>();
  readonly runs: StoredRun[] = [];
  readonly attempts: Attempt[] = [];
  covered: readonly Range[] = [];
  since: number | undefined;
  lookedAt = 0;
  #lease: { fence: number; expiresAt: number } | undefined;
  readonly #quota: Quota;
  readonly #now: () => number;

  /** `now` is the database's clock, in epoch ms. */
  constructor(now: () => number, quota: Quota) {
    this.#now = now;
    this.#quota = quota;
  }

  acquireLease(name: string, seconds: number): Lease | undefined {
    if (this.#lease && this.#lease.expiresAt > this.#now()) return undefined;
    this.#lease = { fence: (this.#lease?.fence ?? 0) + 1, expiresAt: this.#now() + seconds * 1000 };
    return { name, fence: this.#lease.fence };
  }

  extendLease({ fence }: Lease, seconds: number): boolean {
    if (this.#lease?.fence !== fence) return false;
    this.#lease.expiresAt = this.#now() + seconds * 1000;
    return true;
  }

  releaseLease({ fence }: Lease): void {
    if (this.#lease?.fence === fence) this.#lease.expiresAt = Math.min(this.#lease.expiresAt, this.#now());
  }

  upsertCoverage(since: number | undefined, defaultSince: number) {
    if (this.since === undefined) this.lookedAt = Math.floor(this.#now() / 1000);
    this.since = since ?? this.since ?? defaultSince;
    return { since: this.since, covered: this.covered, lookedAt: this.lookedAt };
  }

  updateLookedAt(runId: number, fence: number): void {
    if (this.#lease?.fence === fence) this.lookedAt = Math.floor((this.#run(runId)?.startedAt ?? 0) / 1000);
  }

  selectOpenJobs(createdBefore: number, limit: number) {
    return [...this.jobs]
      .filter(([, job]) => isOpen(job.state) && job.creationTime < createdBefore)
      .filter(([, { missingSince }]) => missingSince === undefined || missingSince > this.#now() - 7 * 86_400_000)
      .map(([id, { creationTime, state }]) => ({ id, creationTime, state }))
      .sort((a, b) => b.creationTime - a.creationTime)
      .slice(0, limit);
  }

  insertRun(fence: number): number {
    const id = this.runs.length + 1;
    const open = { outcome: undefined, errorCode: undefined, window: undefined, counts: undefined };
    this.runs.push({ id, startedAt: this.#now(), fence, ...open });
    return id;
  }

  finishRun({ id, ...end }: RunEnd): void {
    const run = this.#run(id);
    if (run && run.outcome === undefined) Object.assign(run, end);
  }

  writePage(page: PageWrite): PageCounts {
    const due = this.#classify(page.jobs);
    const missing = (page.missingIds ?? []).filter((id) => this.jobs.get(id)?.missingSince === undefined);
    const advances = page.covers !== undefined && !contains(this.covered, page.covers);
    if (due.length > 0 || missing.length > 0 || advances) this.#guard(page);
    const counts = { inserted: 0, updated: 0, unchanged: page.jobs.length - due.length, transitions: 0, rejected: 0 };
    for (const job of due) this.#store(job, counts);
    for (const id of missing) this.#markMissing(id, counts);
    if (page.covers) this.covered = union(this.covered, [page.covers]);
    return counts;
  }

  reserveSlots({ lane, wanted, callsPerSecond, historyShare }: SlotRequest): SlotBlock {
    const now = this.#now();
    const { throttle } = this.#quota;
    const since = throttle && { peak: throttle.peak, since: (now - throttle.at) / 1000 };
    const spacingMs = 1000 / toCallRate(callsPerSecond, since);
    const start = Math.max(now, this.#quota.nextSlotAt);
    if (lane === 'history' && this.#quota.historyFreeAt > start) {
      return { now, start: this.#quota.historyFreeAt, spacingMs, slots: 0 };
    }
    const slots = Math.max(1, Math.min(wanted, Math.floor((250 - (start - now)) / spacingMs)));
    this.#quota.nextSlotAt = start + slots * spacingMs;
    if (lane === 'history') this.#quota.historyFreeAt = start + (slots * spacingMs) / historyShare;
    return { now, start, spacingMs, slots };
  }

  reportThrottled(callsPerSecond: number): void {
    const now = this.#now();
    const { throttle } = this.#quota;
    if (throttle && now - throttle.at < 500) return;
    const rate = toCallRate(callsPerSecond, throttle && { peak: throttle.peak, since: (now - throttle.at) / 1000 });
    this.#quota.throttle = { peak: toPeak(rate), at: now };
  }

  #run(id: number): StoredRun | undefined {
    return this.runs[id - 1];
  }

  #classify(jobs: readonly StorableJob[]): StorableJob[] {
    const furthest = new Map<string, StorableJob>();
    for (const job of jobs) {
      const known = furthest.get(job.id);
      if (!known || toRank(toState(job.raw)) > toRank(toState(known.raw))) furthest.set(job.id, job);
    }
    return [...furthest.values()].filter((job) => this.#isDue(job));
  }

  #isDue(job: StorableJob): boolean {
    const stored = this.jobs.get(job.id);
    const sameRecord = stored?.missingSince === undefined && JSON.stringify(stored?.raw) === JSON.stringify(job.raw);
    return decideMerge(stored && { state: stored.state, sameRecord }, { state: toState(job.raw) }) !== 'keep';
  }

  #guard({ runId, fence }: PageWrite): void {
    const newestFence = this.#lease?.fence ?? 0;
    const isRefused = fence !== newestFence;
    this.attempts.push({ runId, newestFence, isRefused });
    if (isRefused) throw new AppError('fence_lost', 'another run took over');
  }

  #store(
    { id, raw, creationTime }: StorableJob,
    counts: { inserted: number; updated: number; transitions: number },
  ): void {
    const stored = this.jobs.get(id);
    const state = toState(raw);
    if (stored) counts.updated += 1;
    else counts.inserted += 1;
    if (!stored || stored.state !== state) {
      counts.transitions += 1;
      const history = this.transitions.get(id) ?? [];
      this.transitions.set(id, [...history, { from: stored?.state ?? null, to: state }]);
    }
    this.jobs.set(id, { raw, state, creationTime, missingSince: undefined });
  }

  #markMissing(id: string, counts: { updated: number }): void {
    const stored = this.jobs.get(id);
    if (!stored) return;
    stored.missingSince = this.#now();
    counts.updated += 1;
  }
}

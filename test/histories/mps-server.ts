import type { Answer } from '#mps/answer.ts';
import type { Random } from './random.ts';

export interface ServerJob {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  /** Epoch ms from which on lists and queries by id know it. */
  readonly visibleAt: number;
  /** Epoch ms from which on MPS knows it no more. */
  readonly forgottenAt: number;
  /** Epoch ms at which it begins to be worked on, and at which it ends. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly end: 'Success' | 'Fail';
}

/** What MPS's documentation leaves open, and what a server may do besides. Chances per call. */
export interface ServerBehaviour {
  readonly maxPageSize: number;
  readonly startInclusive: boolean;
  readonly endInclusive: boolean;
  /** A token means: so far into a list made once, so far into the list of the moment, or after this job. */
  readonly token: 'snapshot' | 'offset' | 'cursor';
  readonly tokenOnExactEnd: boolean;
  /** Order within a second may differ from call to call. */
  readonly shuffledSeconds: boolean;
  readonly shortPage: number;
  readonly emptyPage: number;
  readonly duplicateRow: number;
  readonly swappedRows: number;
  /** A job that is listed among newer ones, in the middle of a page. Only with a token that is a snapshot. */
  readonly misplacedJob: number;
  readonly sendsDate: boolean;
}

export interface ServerTrouble {
  /** Calls a second left for us; what comes above is throttled. */
  readonly callsLeft: number;
  readonly error: number;
  readonly refusedToken: number;
  /** Chance that a job is shown as it was up to `staleMs` ago. */
  readonly stale: number;
}

/** How old what MPS shows may be at most, in ms. */
export const staleMs = 60_000;

/** How MPS's clock shows a job at a moment: the record as it would be listed. */
export function toRecord(job: ServerJob, at: number) {
  const state = at < job.startsAt ? 'Submitted' : at < job.endsAt ? 'Snapshoting' : job.end;
  const CreationTime = new Date(job.created * 1000).toISOString().replace('.000Z', 'Z');
  return { Id: job.id, CreationTime, State: state, ...(state === 'Fail' ? { Code: 'InternalError' } : {}) };
}

interface ListToken {
  readonly offset: number;
  readonly list?: readonly ServerJob[];
  readonly after?: ServerJob;
}

/** The operation, answering from a set of jobs whose lives are known beforehand. */
export class MpsServer {
  /** When calls arrived, epoch ms. */
  readonly arrivals: number[] = [];
  throttled = 0;
  readonly #tokens = new Map<string, ListToken>();
  readonly #jobs: readonly ServerJob[];
  readonly #behaviour: ServerBehaviour;
  readonly #random: Random;

  constructor(jobs: readonly ServerJob[], behaviour: ServerBehaviour, random: Random) {
    this.#jobs = [...jobs].sort((a, b) => b.created - a.created);
    this.#behaviour = behaviour;
    this.#random = random;
  }

  answer(path: string, now: number, trouble: ServerTrouble): Answer {
    this.arrivals.push(now);
    const query = Object.fromEntries(new URLSearchParams(path.slice(path.indexOf('?') + 1)));
    const date = this.#behaviour.sendsDate ? { date: new Date(now).toUTCString() } : {};
    const say = (status: number, body: object) => ({ status, headers: date, text: JSON.stringify(body) });
    if (this.#isTooFast(now, trouble.callsLeft)) return say(400, { Code: 'Throttling.User', Message: 'slow down' });
    if (this.#random.chance(trouble.error)) return say(503, { Code: 'ServiceUnavailable', Message: 'later' });
    if (query.SnapshotJobIds) return say(200, this.#byIds(query.SnapshotJobIds.split(','), now, trouble));
    const page = this.#list(query, now, trouble);
    return page ? say(200, page) : say(400, { Code: 'InvalidParameter', Message: 'NextPageToken' });
  }

  #isTooFast(now: number, callsLeft: number): boolean {
    const before = this.arrivals.findLastIndex((at) => at <= now - 1000);
    if (this.arrivals.length - 1 - before <= callsLeft) return false;
    this.throttled += 1;
    return true;
  }

  #show(job: ServerJob, now: number, { stale }: ServerTrouble) {
    const age = this.#random.chance(stale) ? this.#random.between(0, staleMs) : 0;
    return toRecord(job, Math.max(job.visibleAt, now - age));
  }

  #byIds(ids: readonly string[], now: number, trouble: ServerTrouble) {
    const known = this.#jobs.filter((job) => ids.includes(job.id) && isVisible(job, now));
    const missing = ids.filter((id) => !known.some((job) => job.id === id));
    return {
      RequestId: 'r',
      SnapshotJobList: { SnapshotJob: known.map((job) => this.#show(job, now, trouble)) },
      NonExistSnapshotJobIds: { String: missing },
    };
  }

  #list(query: Record<string, string>, now: number, trouble: ServerTrouble) {
    const token = query.NextPageToken ? this.#tokens.get(query.NextPageToken) : { offset: 0 };
    if (!token || (query.NextPageToken && this.#random.chance(trouble.refusedToken))) return undefined;
    const { list, start } = this.#position(token, query, now);
    const size = this.#pageSize(Number(query.MaximumPageSize));
    const jobs = list.slice(start, start + size);
    const more = start + size < list.length || (this.#behaviour.tokenOnExactEnd && jobs.length > 0);
    const NextPageToken = more ? this.#remember({ ...token, list, start: start + size, last: jobs.at(-1) }) : undefined;
    const records = this.#disturb(jobs.map((job) => this.#show(job, now, trouble)));
    return { RequestId: 'r', SnapshotJobList: { SnapshotJob: records }, NextPageToken };
  }

  #position(token: ListToken, query: Record<string, string>, now: number) {
    const list = token.list ?? this.#select(query, now);
    if (!token.after) return { list, start: token.offset };
    const { after } = token;
    const start = list.findIndex(
      (job) => job.created < after.created || (job.created === after.created && job.id < after.id),
    );
    return { list, start: start < 0 ? list.length : start };
  }

  #remember(token: ListToken & { list: readonly ServerJob[]; start: number; last: ServerJob | undefined }): string {
    const name = `t${this.#tokens.size}`;
    const kind = this.#behaviour.token;
    const cursor = kind === 'cursor' ? (token.last ?? token.after) : undefined;
    this.#tokens.set(name, {
      offset: token.start,
      ...(kind === 'snapshot' ? { list: token.list } : {}),
      ...(cursor ? { after: cursor } : {}),
    });
    return name;
  }

  #select(query: Record<string, string>, now: number): ServerJob[] {
    const from = parseTime(query.StartOfJobCreatedTimeRange);
    const to = parseTime(query.EndOfJobCreatedTimeRange);
    const { startInclusive, endInclusive, shuffledSeconds, token } = this.#behaviour;
    const found = this.#jobs.filter(
      (job) =>
        isVisible(job, now) &&
        (startInclusive ? job.created >= from : job.created > from) &&
        (endInclusive ? job.created <= to : job.created < to) &&
        (!query.State || toRecord(job, now).State === query.State),
    );
    const turn = shuffledSeconds && token === 'snapshot' ? this.#random.whole(0, 1) : 0;
    return this.#misplace(found.sort((a, b) => b.created - a.created || (turn ? compareIds(a, b) : compareIds(b, a))));
  }

  #misplace(list: ServerJob[]): ServerJob[] {
    const { maxPageSize, misplacedJob } = this.#behaviour;
    if (list.length < 3 || !this.#random.chance(misplacedJob)) return list;
    const from = this.#random.whole(1, list.length - 1);
    const to = this.#random.whole(0, from - 1);
    if (to % maxPageSize === maxPageSize - 1) return list;
    list.splice(to, 0, ...list.splice(from, 1));
    return list;
  }

  #pageSize(asked: number): number {
    const most = Math.min(asked, this.#behaviour.maxPageSize);
    if (this.#random.chance(this.#behaviour.emptyPage)) return 0;
    return this.#random.chance(this.#behaviour.shortPage) ? this.#random.whole(1, most) : most;
  }

  #disturb<T>(records: T[]): T[] {
    const [first, second] = records;
    if (first && this.#random.chance(this.#behaviour.duplicateRow)) records.push(first);
    if (first && second && this.#random.chance(this.#behaviour.swappedRows)) records.reverse();
    return records;
  }
}

const isVisible = (job: ServerJob, now: number): boolean => now >= job.visibleAt && now < job.forgottenAt;
const compareIds = (a: ServerJob, b: ServerJob): number => (a.id < b.id ? -1 : 1);

/** Epoch seconds of a time in the one form that MPS takes. */
function parseTime(text = ''): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) throw new Error(`MPS would refuse the time "${text}"`);
  return Date.parse(text) / 1000;
}

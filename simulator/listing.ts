import type { PageFault } from './fault.ts';
import type { JobEntry } from './job-entry.ts';
import type { JobModel } from './job-model.ts';
import type { ListFilters, ListRequest } from './list-request.ts';
import type { Settings } from './options.ts';
import type { Random } from './random.ts';
import { type Bookmark, refusedToken, type TokenBook } from './token-book.ts';

const TAIL_LENGTH = 5;

/** What a listing is answered from. */
export interface ListingSources {
  readonly model: JobModel;
  readonly tokens: TokenBook;
  readonly settings: Settings;
  readonly random: Random;
}

/** The lists of one response; jobs are JSON already, UTF-8. */
export interface Listing {
  readonly jobs: readonly Buffer[];
  readonly unknownIds: readonly string[];
  readonly nextPageToken: string | undefined;
}

/** An answer as a test may want to know of it. */
export interface ServedListing extends Listing {
  /** The token that it was asked for with; undefined for the first page of a list and for a look-up by id. */
  readonly token: string | undefined;
}

/** Looks jobs up by id or reads one page. Throws GatewayError InvalidParameter for a token that is not good. */
export function readListing(request: ListRequest, sources: ListingSources, fault: PageFault | undefined): Listing {
  return request.kind === 'ids'
    ? lookUpIds(request.ids, sources.model, staleMsOf(fault))
    : readPage(request, sources, fault);
}

function lookUpIds(ids: readonly string[], model: JobModel, staleMs: number): Listing {
  const found = ids.map((id) => model.find(id)).filter((entry) => entry !== undefined);
  found.sort((a, b) => b.second - a.second);
  return {
    jobs: found.map((entry) => model.jsonOf(entry, model.now() - staleMs)),
    unknownIds: ids.filter((id) => model.find(id) === undefined),
    nextPageToken: undefined,
  };
}

const staleMsOf = (fault: PageFault | undefined): number => (fault?.kind === 'stale-rows' ? fault.ms : 0);

type PageRequest = Extract<ListRequest, { kind: 'page' }>;

function readPage(request: PageRequest, sources: ListingSources, fault: PageFault | undefined): Listing {
  const { model, tokens, settings } = sources;
  if (fault?.kind === 'refuse-token' && request.token !== undefined) {
    throw refusedToken();
  }
  const start = startOf(request, sources);
  const issue = (bookmark: Bookmark) => tokens.issue(bookmark, settings.now());
  if (fault?.kind === 'empty-page') {
    return { jobs: [], unknownIds: [], nextPageToken: issue(start) };
  }
  const repeated = fault?.kind === 'duplicate-rows' ? jsonOfIds(start.tail, model) : [];
  const limit = limitOf(request, settings, fault);
  const place = { after: start.after, turned: start.turned };
  const slice = model.list({ ...request.filters, limit, staleMs: staleMsOf(fault), ...place });
  const jobs = [...repeated, ...slice.entries.map((entry) => model.jsonOf(entry, slice.at))];
  const isMore = slice.more || (settings.tokenOnExactEnd && slice.entries.length === limit);
  return {
    jobs: fault?.kind === 'out-of-order' ? jobs.reverse() : jobs,
    unknownIds: [],
    nextPageToken: isMore ? issue(continueAfter(start, slice.entries, request.filters)) : undefined,
  };
}

function startOf(request: PageRequest, { tokens, settings, random }: ListingSources): Bookmark {
  return request.token === undefined
    ? { filters: request.filters, after: undefined, turned: settings.turnsSeconds && random() < 0.5, tail: [] }
    : tokens.redeem(request.token, request.filters, settings.now());
}

function limitOf(request: PageRequest, settings: Settings, fault: PageFault | undefined): number {
  const limit = Math.min(request.pageSize, settings.maxPageSize);
  return fault?.kind === 'half-page' ? Math.max(1, Math.floor(limit / 2)) : limit;
}

/** Keeps a plain position, not the entry: a token must not hold a removed job in memory. */
function continueAfter(start: Bookmark, entries: readonly JobEntry[], filters: ListFilters): Bookmark {
  const last = entries.at(-1);
  return {
    filters,
    after: last === undefined ? start.after : { second: last.second, tie: last.tie, id: last.id },
    turned: start.turned,
    tail: entries.slice(-TAIL_LENGTH).map((entry) => entry.id),
  };
}

function jsonOfIds(ids: readonly string[], model: JobModel): Buffer[] {
  return ids
    .map((id) => model.find(id))
    .filter((entry) => entry !== undefined)
    .map((entry) => model.jsonOf(entry));
}

import fc from 'fast-check';
import type { Sighting } from '#core/walk.ts';

/** The second in which the model's time begins: far from 1970, as real jobs are. */
export const epoch = 1_700_000_000;

/** How a list server behaves where MPS documents nothing, or less than it does. */
export interface ListBehaviour {
  /** In the order in which they are listed. */
  readonly jobs: readonly Sighting[];
  /** Sizes of the pages, over and over; 0 is an empty page that brings a token. */
  readonly sizes: readonly number[];
  /** How many records of the page before come once more. */
  readonly repeats: number;
  /** Whether the span asked for includes its ends. */
  readonly includesFrom: boolean;
  readonly includesTo: boolean;
  readonly ignoresFrom: boolean;
  /** Whether the last record comes with a token, to an empty page. */
  readonly endsEmpty: boolean;
  /** Whether each new listing turns the order inside a second around. */
  readonly turnsTies: boolean;
  /** Behind so many records, one dated 1970 that is not there by right. */
  readonly bogusAfter: number | undefined;
  /** Which calls with a token are refused, counted from 0. */
  readonly refusals: readonly number[];
  /** Which calls bring their page in reverse order, counted from 0. */
  readonly reversals: readonly number[];
}

interface ListPage {
  readonly records: readonly Sighting[];
  readonly nextToken: string | undefined;
}

interface ListQuery {
  readonly from: number;
  readonly to: number;
  readonly token: string | undefined;
}

/** Answers a call with a page, or with `undefined` when it refuses the token. */
export type List = (query: ListQuery) => ListPage | undefined;

/** A list server as MPS's operation is. A token belongs to the span that it was given for. */
export function createListServer(behaviour: ListBehaviour): List {
  const { sizes, repeats, endsEmpty } = behaviour;
  const listings = new Map<string, { rows: readonly Sighting[]; at: number; span: string }>();
  let calls = 0;
  let begun = 0;
  return (query) => {
    const call = calls++;
    if (query.token !== undefined && behaviour.refusals.includes(call)) return undefined;
    const span = `${query.from} to ${query.to}`;
    const known = query.token === undefined ? undefined : listings.get(query.token);
    if (query.token !== undefined && known?.span !== span) throw new Error(`${query.token} was not given for ${span}`);
    const { rows, at } = known ?? { rows: select(behaviour, query, begun++), at: 0 };
    const to = at + (sizes[call % sizes.length] ?? 1);
    const page = to === at ? [] : rows.slice(Math.max(0, at - repeats), to);
    const isEnd = to > rows.length || (to === rows.length && !endsEmpty);
    const nextToken = isEnd ? undefined : `token-${call}`;
    if (nextToken) listings.set(nextToken, { rows, at: to, span });
    return { records: behaviour.reversals.includes(call) ? page.toReversed() : page, nextToken };
  };
}

function select(behaviour: ListBehaviour, query: ListQuery, begun: number): Sighting[] {
  const { includesFrom, includesTo, ignoresFrom, bogusAfter } = behaviour;
  const isAsked = ({ creationTime: at }: Sighting) =>
    (ignoresFrom || at > query.from || (includesFrom && at === query.from)) &&
    (at < query.to || (includesTo && at === query.to));
  const asked = behaviour.jobs.filter(isAsked);
  const turned = behaviour.turnsTies && begun % 2 === 1;
  const rows = turned ? asked.toReversed().sort((a, b) => b.creationTime - a.creationTime) : asked;
  if (bogusAfter === undefined || rows.length <= bogusAfter) return rows;
  return rows.toSpliced(bogusAfter, 0, { id: 'bogus', creationTime: 0 });
}

/** Jobs of the given seconds, newest first, with ids of their own. */
export function toJobs(seconds: readonly number[]): Sighting[] {
  const newestFirst = seconds.toSorted((a, b) => b - a);
  return newestFirst.map((second, index) => ({ id: `job-${index}`, creationTime: epoch + second }));
}

const second = fc.integer({ min: 0, max: 12 });

/** A server that lists in the order it should, whatever else it does; few seconds, so that ties are many. */
const anyBehaviour: fc.Arbitrary<ListBehaviour> = fc.record({
  jobs: fc.array(second, { maxLength: 60 }).map(toJobs),
  sizes: fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 })
    .filter((sizes) => sizes.some((size) => size > 0)),
  repeats: fc.integer({ min: 0, max: 3 }),
  includesFrom: fc.boolean(),
  includesTo: fc.boolean(),
  ignoresFrom: fc.boolean(),
  endsEmpty: fc.boolean(),
  turnsTies: fc.boolean(),
  bogusAfter: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  refusals: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
  reversals: fc.constant([]),
});

/** A misdated record never comes alone: a page of nothing else passes for the end of the list. */
export const behaviours = anyBehaviour.map((behaviour) => {
  if (behaviour.bogusAfter === undefined) return behaviour;
  return { ...behaviour, sizes: behaviour.sizes.map((size) => (size === 1 ? 2 : size)) };
});

/** What a walk is asked for: a range, and how far past its end the listing goes. */
export const errands = fc
  .record({ from: second, length: fc.integer({ min: 0, max: 12 }), past: fc.integer({ min: 0, max: 3 }) })
  .map(({ from, length, past }) => ({
    range: { from: epoch + from, to: epoch + from + length },
    queryTo: epoch + from + length + past,
  }));

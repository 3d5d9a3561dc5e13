import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import type { StorableJob } from '#core/job.ts';
import type { Undo } from '#scripts/undo.ts';
import { makeJobs, toPages } from './make-jobs.ts';
import { createPageWriter, pageSize } from './page-writer.ts';
import {
  copyPlain,
  createPlainTables,
  toCopyText,
  upsertArrays,
  upsertColumns,
  upsertRows,
  upsertValues,
} from './plain-table.ts';
import { measureMs, settleMemory, toPairedRatios } from './statistics.ts';

export type Way = 'copy' | 'new' | 'unchanged' | 'changed' | 'columns' | 'values' | 'arrays' | 'rows';

/** Rows a second of each way to store, one entry a round. */
export type Rates = Record<Way, number[]>;

/** P2's bars: the way measured, what it is held against, the least ratio. Where there is none, it is told and not judged. */
const bars = [
  ['new', 'copy', 1.2],
  ['unchanged', 'copy', 2],
  ['changed', 'copy', 0.6],
  ['new', 'columns', 5],
  ['new', 'values', undefined],
  ['new', 'arrays', undefined],
  ['new', 'rows', undefined],
] as const;

/** Rounds of an upsert a row, which takes longer than all other ways together. */
const roundsOfRows = 3;

/**
 * The ways in the order of a round: each pair of rounds begins further on. New rows follow their copy, or it them, in turn, because
 * they are held against each other; unchanged ones are new ones again.
 */
export function toOrder(round: number): Way[] {
  const pair: Way[] = round % 2 === 0 ? ['copy', 'new'] : ['new', 'copy'];
  const groups: Way[][] = [[...pair, 'unchanged'], ['changed'], ['columns'], ['values'], ['arrays'], ['rows']];
  return groups.flatMap((_, turn) => groups[(turn + (round >> 1)) % groups.length] ?? []);
}

/**
 * Stores jobs round by round in every way, each way all rows of the round and after a checkpoint of its own: the first change of a page
 * after one writes all of it, so that a way with fewer rows would pay more for each. All ways of a round follow one another, so that a
 * ratio is of one moment of the machine. Two databases: what is changed is changed in the second, because each change leaves a dead row in
 * the table and in its indexes, and the first is to grow as the one that is copied to does.
 */
export async function measureStoring(
  [url, other]: readonly [string, string],
  options: { rounds: number; rows: number; undo: Undo },
): Promise<Rates> {
  const { rounds, rows, undo } = options;
  const rates: Rates = { copy: [], new: [], unchanged: [], changed: [], columns: [], values: [], arrays: [], rows: [] };
  const openWriter = (to: string) => undo.open(createPageWriter(to, 2), (opened) => opened.close());
  const writer = await openWriter(url);
  const changer = await openWriter(other);
  const client = new Client({ connectionString: url });
  undo.add(() => client.end());
  await client.connect();
  const day = Date.UTC(2026, 0, 10) / 1000;
  const first = makeJobs({ count: 600, from: day - 86_400, to: day, seed: 1 }).open;
  await Promise.all([writer.write(first), changer.write(first)]);
  await createPlainTables(writer.database);
  for (let round = 0; round <= rounds; round += 1) {
    // Each round a day later, as a sync goes on: what is new to it is of a time of which nothing is stored yet. There are twenty
    // before the month ends, which is the plain tables' only one.
    const from = day + round * 86_400;
    const { open, done } = makeJobs({ count: rows, from, to: from + 86_400, seed: round + 2 });
    const text = toCopyText(open);
    const ways: Record<Way, () => Promise<unknown>> = {
      copy: () => copyPlain(client, text),
      new: () => writer.write(open),
      unchanged: () => writer.write(open),
      changed: () => changer.write(done),
      columns: () => upsertPages(upsertColumns, open),
      values: () => upsertPages(upsertValues, open),
      arrays: () => upsertPages(upsertArrays, open),
      rows: () => upsertPages(upsertRows, open),
    };
    await changer.write(open);
    for (const way of toOrder(round)) {
      // Its first round needs no warming up: there is no plan that it keeps and no cache that the others have not filled.
      if (way === 'rows' && (round === 0 || round > roundsOfRows)) continue;
      await writer.database.query(sql`checkpoint`);
      // What was left by making the jobs, and by the way before, is not this one's to tidy up.
      await settleMemory();
      const ms = await measureMs(ways[way]);
      if (round > 0) rates[way].push((open.length / ms) * 1000);
    }
  }
  return rates;

  async function upsertPages(upsert: typeof upsertValues, jobs: readonly StorableJob[]): Promise<void> {
    for (const page of toPages(jobs, pageSize)) await upsert(writer.database, page);
  }
}

/** Each bar with the ratios of its rounds. */
export const toRatios = (rates: Rates) =>
  bars.map(([way, against, bar]) => ({ way, against, bar, ratios: toPairedRatios(rates[way], rates[against]) }));

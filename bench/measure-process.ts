/**
 * One measure in a process and on a server of its own: what V8 has learned, given up and kept for another is not its to bear, nor what that
 * one's server has to clean up; and WAL is counted for the whole of a server. Started by `fork` with the measure's name and the size;
 * tells its result. Ended early, it leaves nothing behind.
 */
import { readCircumstances } from '#scripts/circumstances.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { openPostgres } from '#scripts/postgres.ts';
import type { Kept } from '#scripts/results.ts';
import { createUndo } from '#scripts/undo.ts';
import type { Measured } from './measure.ts';
import { measures, type NamedMeasure } from './measures.ts';

// Whoever started it has ended, perhaps without a word.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const [, , name, size] = process.argv;
const named = measures.find((each) => each.name === name);
if (!named) throw new Error(`there is no measure "${name}"`);
const say = (text: string) => process.stderr.write(`${new Date().toLocaleTimeString('en-GB')}  ${text}\n`);
say(`${named.name} …`);
const result = await runAlone(named);
process.send?.(result, () => process.exit());

async function runAlone({ measure }: NamedMeasure): Promise<Kept<Measured>> {
  const circumstances = readCircumstances();
  const undo = createUndo();
  const close = closeOnSignal(undo.run);
  try {
    const postgres = await undo.open(openPostgres(), (server) => server.close());
    const measured = await measure({ postgres, quick: size === 'quick', full: size === 'full', undo, say });
    return { ...circumstances, postgres: postgres.facts, ...measured };
  } finally {
    await close();
  }
}

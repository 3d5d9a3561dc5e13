/**
 * Sync and alerts in processes of their own, over real sockets and a real Postgres, while jobs flow and nearly everything
 * breaks: connections on all sides, processes, the database server, its disk, clocks, the quota. Then quiet; then the copy is
 * compared with MPS field for field and searched for breaches of I1 to I7, everything is read again (I8), and a backfill is
 * killed over and over (I9). Exit status 0 when nothing was breached and, in a run of ten minutes or more, every kind of trouble was really felt.
 */
import { inspect } from 'node:util';
import { readCircumstances } from '#scripts/circumstances.ts';
import { readServerFacts } from '#scripts/postgres.ts';
import { readArguments, readNumber, refuse } from '#scripts/read-arguments.ts';
import { keepResult } from '#scripts/results.ts';
import { judge } from './judge.ts';
import { makeTrouble } from './make-trouble.ts';
import { waitForAlerting, waitForQuiet } from './quiet.ts';
import { openScene, type Scene, sourceNames } from './scene.ts';
import { findUnproven } from './toll.ts';
import { troubles } from './troubles.ts';

const usual = 30;
const usage = `npm run chaos -- [--minutes ${usual}] [--seed 1] [--workers 3] [--without KIND]…
Breaks everything while jobs flow, then checks I1 to I9 and prints a report. --without leaves a kind of trouble out, such as "disk full",
which needs the right to mount. Shorter than usual, it keeps no figures. The kinds: ${[...troubles.keys()].join(', ')}.`;
const { values } = readArguments(usage, {
  options: {
    minutes: { type: 'string', default: String(usual) },
    seed: { type: 'string', default: String(1 + (Date.now() % 100_000)) },
    workers: { type: 'string', default: '3' },
    without: { type: 'string', multiple: true, default: [] },
  },
});
const minutes = readNumber(usage, '--minutes', values.minutes);
const seed = readNumber(usage, '--seed', values.seed);
const workers = readNumber(usage, '--workers', values.workers);
const unknown = values.without.find((name) => !troubles.has(name));
if (unknown !== undefined) refuse(usage, `There is no kind of trouble "${unknown}".`);
const circumstances = readCircumstances();
const startedAt = Date.now();
const endsAt = startedAt + minutes * 60_000;
const say = (text: string) =>
  process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);

const scene = await openScene({ seed, workers, endsAt });
try {
  const report = await play(scene);
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  if (minutes >= usual) {
    await keepResult('chaos', { ...circumstances, postgres: await readServerFacts(scene.url), ...report });
  }
  if (report.breaches.length > 0) process.exitCode = 1;
} catch (error) {
  // Before anything is taken away: what fails then would hide it.
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
} finally {
  await scene.close();
}

async function play({ targets, database, ownDisk }: Scene) {
  const impossible = ownDisk ? [] : ['disk full'];
  const without = [...new Set([...values.without, ...impossible])];
  const switchedOnAt = await waitForAlerting(database);
  say(`seed ${seed}, ${minutes} min${without.length > 0 ? `, without ${without.join(', ')}` : ''}`);
  const toll = await makeTrouble({ targets, without, endsAt, say });
  say('quiet from here on');
  const { quietSince, breaches: ofQuiet } = await waitForQuiet(scene, sourceNames);
  await targets.workers.close();
  const kills = Math.min(20, Math.ceil(minutes * 5));
  const { breaches, facts } = await judge(scene, { kills, switchedOnAt, quietSince, say });
  for (const [name, { made, felt }] of Object.entries(toll)) say(`${name}: made ${made} times, felt ${felt} times`);
  const { counts, outcomes } = targets.workers;
  return {
    seed,
    minutes,
    workers,
    without,
    toll,
    ...facts,
    outcomes: Object.fromEntries([...outcomes].sort()),
    breaches: [
      ...ofQuiet,
      ...breaches,
      ...(counts.endedByThemselves > 0 ? [`${counts.endedByThemselves} times an instance ended by itself`] : []),
      ...findUnproven({ minutes, toll, impossible, waived: values.without }),
    ],
  };
}

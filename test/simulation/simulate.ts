import type { Source } from '#core/source.ts';
import { findViolations } from './invariants.ts';
import { type Surroundings, runInstance } from './instance.ts';
import { MemoryDatabase } from './memory-store.ts';
import { MpsServer } from './mps-server.ts';
import { SimulatedProcess } from './process.ts';
import { createRandom } from './random.ts';
import { drawScenario, minute, type Scenario } from './scenario.ts';
import { World } from './world.ts';

const start = Date.UTC(2026, 0, 15, 12);

/** Until every job has ended and every run has had its time. */
const quietRounds = 12;

export interface Result {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly calls: number;
  readonly runs: number;
}

/** Plays one history from its seed: trouble first, then quiet, then what must hold. */
export async function simulate(seed: number): Promise<Result> {
  const random = createRandom(seed);
  const scenario = drawScenario(random, start);
  const world = new World(start, random);
  const database = new MemoryDatabase(() => world.now);
  const server = new MpsServer(scenario.jobs, scenario.behaviour, random);
  const around = surround(scenario, world, database, server);
  const completed: string[] = [];
  const unfinished = new Set<SimulatedProcess>();

  const tick = (skewMs: number, isTroubled: boolean) => {
    const hazards = () => (isTroubled && inTrouble(scenario, world) ? scenario.trouble : { death: 0, freeze: 0 });
    const process = new SimulatedProcess(world, skewMs, hazards);
    unfinished.add(process);
    const begun = { at: world.now, runs: database.runs.length };
    void runInstance(around, process).then(() => {
      unfinished.delete(process);
      completed.push(...findViolations.ofCompleted(scenario, database, begun));
    });
  };
  for (let at = 0; at < scenario.troubleMs; at += minute) {
    for (let index = 0; index < scenario.instances; index += 1) {
      world.in(at + random.between(0, minute), () => tick(scenario.skewsMs[index] ?? 0, true));
    }
  }
  await world.run(start + scenario.troubleMs);
  for (let round = 0; round < quietRounds; round += 1) {
    tick(0, false);
    await world.run(world.now + 4 * minute);
  }
  const alive = [...unfinished].filter((process) => !process.isDead).length;
  const violations = [
    ...completed,
    ...(alive > 0 ? [`${alive} run(s) never ended`] : []),
    ...findViolations.atEnd(scenario, database, server, world.now),
  ];
  return { seed, violations, calls: server.arrivals.length, runs: database.runs.length };
}

const inTrouble = (scenario: Scenario, world: World): boolean => world.now < start + scenario.troubleMs;

function surround(scenario: Scenario, world: World, database: MemoryDatabase, server: MpsServer): Surroundings {
  const { trouble, callsPerSecond } = scenario;
  let callsLeft = callsPerSecond;
  let drawnAt = 0;
  const drawCallsLeft = () => {
    if (trouble.storms && inTrouble(scenario, world) && world.now > drawnAt + 5_000) {
      callsLeft = world.random.whole(1, callsPerSecond);
      drawnAt = world.now;
    }
    return inTrouble(scenario, world) ? callsLeft : callsPerSecond;
  };
  const source: Source = {
    name: 'default',
    endpoint: new URL('https://mps'),
    account: 'default',
    callsPerSecond,
    historyShare: scenario.historyShare,
    pageSize: scenario.pageSize,
    since: scenario.since,
    lookbackSeconds: scenario.lookbackSeconds,
    settleSeconds: scenario.settleSeconds,
  };
  return {
    world,
    database,
    server,
    source,
    leaseSeconds: scenario.leaseSeconds,
    cut: () => (inTrouble(scenario, world) ? trouble.databaseCut : 0),
    reset: () => (inTrouble(scenario, world) ? trouble.mpsReset : 0),
    serverTrouble: () => ({
      callsLeft: drawCallsLeft(),
      error: inTrouble(scenario, world) ? trouble.mpsError : 0,
    }),
  };
}

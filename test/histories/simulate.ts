import type { Source } from '#core/source.ts';
import { runInstance, type Surroundings } from './instance.ts';
import { findViolations } from './invariants.ts';
import { createQuota, MemoryDatabase } from './memory-store.ts';
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
  /** Pages of runs whose source another had taken over. */
  readonly refused: number;
}

/** Plays one history from its seed: trouble first, then quiet, then what must hold. */
export async function simulate(seed: number): Promise<Result> {
  const random = createRandom(seed);
  const scenario = drawScenario(random, start);
  const world = new World(start, random);
  const server = new MpsServer(scenario.jobs, scenario.behaviour, random);
  const quota = createQuota();
  const databases = Array.from({ length: scenario.sources }, () => new MemoryDatabase(() => world.now, quota));
  const play: Play = { scenario, world, server, violations: [], running: new Set() };
  for (let at = 0; at < scenario.troubleMs; at += minute) {
    for (const skewMs of scenario.skewsMs) {
      for (const database of databases) world.in(at + random.between(0, minute), () => tick(play, database, skewMs));
    }
  }
  await world.run(start + scenario.troubleMs);
  for (let round = 0; round < quietRounds; round += 1) {
    for (const database of databases) tick(play, database, 0);
    await world.run(world.now + 4 * minute);
  }
  const hanging = [...play.running].filter((process) => !process.isDead).length;
  const violations = [
    ...play.violations,
    ...(hanging > 0 ? [`${hanging} run(s) never ended`] : []),
    ...databases.flatMap((database) => findViolations.atEnd(scenario, database, world.now)),
    ...findViolations.ofTraffic(server, scenario.callsPerSecond),
  ];
  const runs = databases.reduce((sum, database) => sum + database.runs.length, 0);
  const refused = databases.flatMap(({ attempts }) => attempts).filter(({ isRefused }) => isRefused).length;
  return { seed, violations, calls: server.arrivals.length, runs, refused };
}

interface Play {
  readonly scenario: Scenario;
  readonly world: World;
  readonly server: MpsServer;
  readonly violations: string[];
  readonly running: Set<SimulatedProcess>;
}

/** A timer goes off: a new process runs one source. */
function tick({ scenario, world, server, violations, running }: Play, database: MemoryDatabase, skewMs: number): void {
  const hazards = () => (inTrouble(scenario, world) ? scenario.trouble : { death: 0, freeze: 0 });
  const process = new SimulatedProcess(world, skewMs, hazards);
  running.add(process);
  const runs = database.runs.length;
  void runInstance(surround(scenario, world, database, server), process).then(() => {
    running.delete(process);
    violations.push(...findViolations.afterRun(scenario, database, { runs, now: world.now }));
  });
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
      refusedToken: inTrouble(scenario, world) ? trouble.refusedToken : 0,
      stale: inTrouble(scenario, world) ? trouble.stale : 0,
    }),
  };
}

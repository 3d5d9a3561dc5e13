import { AppError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Source } from '#core/source.ts';
import type { SyncStore } from '#db/sync-store.ts';
import { createMpsClient } from '#mps/client.ts';
import type { Transport } from '#mps/transport.ts';
import { runSync } from '#sync/run.ts';
import { createSourceQuota } from '#sync/shared-quota.ts';
import type { MemoryDatabase } from './memory-store.ts';
import type { MpsServer, ServerTrouble } from './mps-server.ts';
import { connectionLost, type SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** A run is told to stop after so long, as a platform's deadline does. */
const runMs = 50_000;

export interface Surroundings {
  readonly world: World;
  readonly database: MemoryDatabase;
  readonly server: MpsServer;
  readonly source: Source;
  readonly leaseSeconds: number;
  /** Chances of this moment. */
  readonly cut: () => number;
  readonly reset: () => number;
  readonly serverTrouble: () => ServerTrouble;
}

/** One call of the sync function: the real engine over the simulated world. */
export async function runInstance(around: Surroundings, process: SimulatedProcess): Promise<void> {
  const store = createStore(around, process);
  const stop = new AbortController();
  void process.clock.sleep(runMs).then(() => stop.abort(new AppError('deadline', 'time is over')));
  await runSync({
    source: around.source,
    store,
    clock: process.clock,
    log: silentLog,
    signal: stop.signal,
    leaseSeconds: around.leaseSeconds,
    historyMs: 30_000,
    connect: (source, signal) => connect(around, process, { source, signal, store }),
  });
}

function connect(
  around: Surroundings,
  process: SimulatedProcess,
  { source, signal, store }: { source: Source; signal: AbortSignal; store: SyncStore },
) {
  const { callsPerSecond } = source;
  const { clock } = process;
  const quota = createSourceQuota(source, { store, clock, signal });
  const credentials = () => ({ accessKeyId: 'id', accessKeySecret: 'secret' });
  const random = () => around.world.random.next();
  const transport = createTransport(around, process);
  return createMpsClient({ transport, host: 'mps', credentials, quota, callsPerSecond, clock, signal, random });
}

function createTransport({ world, server, reset, serverTrouble }: Surroundings, process: SimulatedProcess): Transport {
  return {
    async send({ path, signal }) {
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      const answer = process.request([2, 8], () => server.answer(path, world.now, serverTrouble()));
      const late = answer.then(async (value) => {
        await process.clock.sleep(world.random.between(20, 200));
        if (world.random.chance(reset())) throw new AppError('mps_unavailable', 'ECONNRESET');
        return value;
      });
      return Promise.race([late, aborted]);
    },
    close: async () => {},
  };
}

/** Every statement takes a round trip, and may be cut off before or after it took effect. */
function createStore({ world, database, cut }: Surroundings, process: SimulatedProcess): SyncStore {
  const ask = <T>(apply: () => T): Promise<T> => {
    const before = world.random.chance(cut() / 2);
    const after = world.random.chance(cut() / 2);
    return process.request([1, 6], () => {
      if (before) throw connectionLost();
      const result = apply();
      if (after) throw connectionLost();
      return result;
    });
  };
  return {
    acquireLease: ({ name, seconds }) => ask(() => database.acquireLease(name, seconds)),
    extendLease: (lease, seconds) => ask(() => database.extendLease(lease, seconds)),
    releaseLease: (lease) => ask(() => database.releaseLease(lease)),
    upsertCoverage: ({ since, defaultSince }) => ask(() => database.upsertCoverage(since, defaultSince)),
    selectCoverage: () => ask(() => database.upsertCoverage(undefined, 0)),
    selectOpenJobs: ({ createdBefore, limit }) => ask(() => database.selectOpenJobs(createdBefore, limit)),
    updateLookedAt: ({ runId, fence }) => ask(() => database.updateLookedAt(runId, fence)),
    writePage: (page) => ask(() => database.writePage(page)),
    insertRun: ({ fence }) => ask(() => database.insertRun(fence)),
    insertSkippedRun: () => ask(() => {}),
    updateRun: () => ask(() => {}),
    finishRun: ({ id, outcome, errorCode, window, counts }) =>
      ask(() => database.finishRun({ id, outcome, errorCode, window, counts })),
    reserveSlots: (request) => ask(() => database.reserveSlots(request)),
    dropExpiredPartitions: async () => [],
    deleteExpired: async () => 0,
    analyzeParents: async () => false,
    reportThrottled: (_, callsPerSecond) => ask(() => database.reportThrottled(callsPerSecond)),
  };
}

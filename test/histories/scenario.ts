import type { ServerBehaviour, ServerJob } from './mps-server.ts';
import type { Random } from './random.ts';

export const minute = 60_000;

/** A whole history in the making: everything that chance decides before it begins. */
export interface Scenario {
  readonly jobs: readonly ServerJob[];
  readonly behaviour: ServerBehaviour;
  readonly since: number;
  readonly lookbackSeconds: number;
  readonly settleSeconds: number;
  readonly pageSize: number;
  readonly callsPerSecond: number;
  readonly historyShare: number;
  /** Sources of the one account. */
  readonly sources: number;
  /** One for each instance that runs them every minute: how far its clock is off. */
  readonly skewsMs: readonly number[];
  readonly leaseSeconds: number;
  /** Trouble lasts from the start for so long, in ms; then quiet. */
  readonly troubleMs: number;
  readonly trouble: {
    readonly death: number;
    readonly freeze: number;
    readonly databaseCut: number;
    readonly mpsReset: number;
    readonly mpsError: number;
    readonly refusedToken: number;
    /** Share of the calls that outside callers leave us, drawn anew every few seconds. */
    readonly storms: boolean;
    readonly stale: number;
  };
}

export function drawScenario(random: Random, start: number): Scenario {
  const lookbackSeconds = random.pick([300, 600]);
  const troubleMs = random.pick([0, 6, 12]) * minute;
  const historyMs = random.pick([30, 120]) * minute;
  const from = start - historyMs;
  const rare = (most: number) => (random.chance(0.5) ? 0 : random.between(0, most));
  const behaviour = drawBehaviour(random, rare);
  return {
    jobs: drawJobs(random, {
      from,
      to: start + troubleMs + 2 * minute,
      lookbackSeconds,
      forgetting: behaviour.token === 'offset' ? 0 : 0.02,
    }),
    behaviour,
    since: Math.floor(from / 1000),
    lookbackSeconds,
    settleSeconds: random.pick([0, 5, 30]),
    pageSize: behaviour.misplacedJob > 0 ? behaviour.maxPageSize : random.pick([5, 10, 30]),
    callsPerSecond: random.pick([20, 100]),
    historyShare: random.pick([0.5, 0.8, 1]),
    sources: random.pick([1, 1, 3]),
    skewsMs: Array.from({ length: random.whole(1, 5) }, () =>
      random.chance(0.5) ? 0 : random.between(-5, 5) * minute,
    ),
    leaseSeconds: random.pick([10, 30]),
    troubleMs,
    trouble: {
      death: rare(0.01),
      freeze: rare(0.005),
      databaseCut: rare(0.02),
      mpsReset: rare(0.05),
      mpsError: rare(0.1),
      refusedToken: rare(0.05),
      storms: random.chance(0.3),
      stale: rare(0.2),
    },
  };
}

function drawBehaviour(random: Random, rare: (most: number) => number): ServerBehaviour {
  const orderly = { misplacedJob: 0, shortPage: rare(0.3), emptyPage: rare(0.2) };
  const token = random.pick(['snapshot', 'offset', 'cursor'] as const);
  const disorderly = { misplacedJob: 0.2, shortPage: 0, emptyPage: 0 };
  return {
    maxPageSize: random.pick([3, 5, 10, 300]),
    startInclusive: random.chance(0.5),
    endInclusive: random.chance(0.5),
    token,
    tokenOnExactEnd: random.chance(0.3),
    shuffledSeconds: random.chance(0.5),
    ...(token === 'snapshot' && random.chance(0.3) ? disorderly : orderly),
    duplicateRow: rare(0.2),
    swappedRows: rare(0.02),
    sendsDate: random.chance(0.8),
  };
}

function drawJobs(
  random: Random,
  span: { from: number; to: number; lookbackSeconds: number; forgetting: number },
): readonly ServerJob[] {
  const count = random.pick([0, 20, 80, 300]);
  const bursty = random.chance(0.4);
  const centre = random.between(span.from, span.to);
  return Array.from({ length: count }, (_, index) => {
    const at = bursty && random.chance(0.7) ? centre + random.between(0, 2_000) : random.between(span.from, span.to);
    return drawJob(random, `j${String(index).padStart(4, '0')}`, Math.floor(at / 1000), span);
  });
}

/**
 * A job that MPS forgets while its list is read by offset moves all later ones up by a place, past the reader: no reader
 * of such a list can know, so the two do not come together here.
 */
function drawJob(
  random: Random,
  id: string,
  created: number,
  { lookbackSeconds, forgetting }: { lookbackSeconds: number; forgetting: number },
): ServerJob {
  const createdMs = created * 1000 + random.between(0, 999);
  const lateMs = random.chance(0.1) ? random.between(0, lookbackSeconds - 60) * 1000 : random.between(0, 900);
  const startsAt = createdMs + random.between(0, random.pick([5_000, minute, 20 * minute]));
  const endsAt = startsAt + random.between(0, random.pick([5_000, minute, 20 * minute]));
  const visibleAt = createdMs + lateMs;
  const isForgotten = random.chance(forgetting);
  const forgottenAt = isForgotten ? visibleAt + random.between(minute, 40 * minute) : Infinity;
  return { id, created, visibleAt, forgottenAt, startsAt, endsAt, end: random.pick(['Success', 'Fail']) };
}

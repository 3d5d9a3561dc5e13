/** What was measured, and on what the model stands. */
export interface ScaleConstants {
  /** Calls a second that one account's quota lets through, of 100 granted. */
  readonly callsPerSecond: number;
  /** Rows a second that Postgres stores on two connections, as many as a sync has; a third adds nothing. Jobs never seen, jobs that changed, jobs that did not. */
  readonly newRows: number;
  readonly changedRows: number;
  readonly unchangedRows: number;
  /** Bytes that a job takes in the end, with its history, counts and indexes. */
  readonly bytesPerJob: number;
  readonly jobsPerCall: number;
}

export interface ScaleInput {
  readonly jobsPerDay: number;
  /** Accounts with equal shares of the jobs, each with a quota of its own. */
  readonly accounts: number;
  readonly lookbackMinutes: number;
  readonly retentionDays: number;
}

/** What a deployment of this size does, and how much of each thing it uses up: 1 is all of it. */
export interface ScaleResult {
  readonly callsPerDay: number;
  /** Seconds that a run of one account takes, of the 60 until its next. */
  readonly runSeconds: number;
  /** Instances of the sync busy at a time, on average. */
  readonly busyInstances: number;
  /** At the most: three for each running sync, one for each of ten views, two for alerts. */
  readonly connections: number;
  readonly storedGb: number;
  /** Half a GB of memory, for the seconds that syncs run. */
  readonly gbSecondsPerDay: number;
  readonly use: Readonly<Record<Resource, number>>;
  /** The resource that is used most. */
  readonly givesFirst: Resource;
}

type Resource = 'calls of an account' | 'writing to Postgres' | 'length of a run' | 'connections';

const runsPerDay = 24 * 60;
const secondsPerDay = 86_400;

/** Connections that a database of middling size grants. */
const grantedConnections = 800;

/** A run opens its connections and asks for open jobs, however little there is: calls, and seconds. */
const callsOfAnEmptyRun = 3;
const secondsOfAnEmptyRun = 1;

/** A job is seen with a new state twice after it was new: Snapshoting, and what it ended as. */
const changesPerJob = 2;

/** The arithmetic of a deployment whose timers fire once a minute. Pure: the same input, the same answer. */
export function modelScale(input: ScaleInput, constants: ScaleConstants): ScaleResult {
  const { jobsPerDay, accounts, lookbackMinutes, retentionDays } = input;
  // Every run lists the lookback again: a job is read once for each minute of it.
  const jobsPerRun = (jobsPerDay / accounts / runsPerDay) * Math.max(1, lookbackMinutes);
  const callsPerRun = Math.ceil(jobsPerRun / constants.jobsPerCall) + callsOfAnEmptyRun;
  const writeSeconds = toWriteSeconds(jobsPerDay, lookbackMinutes, constants);
  const writePerRun = writeSeconds / runsPerDay / accounts;
  const runSeconds = secondsOfAnEmptyRun + Math.max(callsPerRun / constants.callsPerSecond, writePerRun);
  // A longer run keeps its account busy; the ticks in between are skipped.
  const busyInstances = Math.min(1, runSeconds / 60) * accounts;
  const connections = Math.ceil(Math.max(busyInstances, 1)) * 3 + 10 + 2;
  const use = {
    'calls of an account': callsPerRun / (constants.callsPerSecond * 60),
    'writing to Postgres': writeSeconds / secondsPerDay,
    'length of a run': runSeconds / 60,
    connections: connections / grantedConnections,
  };
  return {
    callsPerDay: callsPerRun * runsPerDay * accounts,
    runSeconds,
    busyInstances,
    connections,
    storedGb: (jobsPerDay * retentionDays * constants.bytesPerJob) / 1e9,
    gbSecondsPerDay: busyInstances * secondsPerDay * 0.5,
    use,
    givesFirst: largest(use),
  };
}

function toWriteSeconds(jobsPerDay: number, lookbackMinutes: number, constants: ScaleConstants): number {
  const changed = changesPerJob * jobsPerDay;
  const unchanged = Math.max(0, lookbackMinutes - 1 - changesPerJob) * jobsPerDay;
  return jobsPerDay / constants.newRows + changed / constants.changedRows + unchanged / constants.unchangedRows;
}

function largest(use: Readonly<Record<Resource, number>>): Resource {
  const [first] = Object.entries(use).sort(([, one], [, other]) => other - one);
  return first?.[0] as Resource;
}

/** The longest lookback, in whole minutes, with which nothing is used up; 0 where even the shortest is too long. */
export function longestLookback(input: ScaleInput, constants: ScaleConstants): number {
  for (let minutes = input.lookbackMinutes; minutes >= 1; minutes -= 1) {
    const { use } = modelScale({ ...input, lookbackMinutes: minutes }, constants);
    if (Object.values(use).every((share) => share <= 1)) return minutes;
  }
  return 0;
}

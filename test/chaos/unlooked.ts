/** What a run looked at, as counts. */
export interface Looks {
  /** Calls of MPS that were seen to leave, while trouble was made and afterwards: of which there were fewer. */
  readonly sent: number;
  /** Pairs of runs of different sources that read at the same time. */
  readonly readTogether: number;
  /** Calls that asked for open jobs. */
  readonly looks: number;
  /** Runs that said they were completed. */
  readonly completed: number;
  /** Failures that somebody was told of. */
  readonly told: number;
  /** Kills of a backfill, and its listings that they cut short. */
  readonly killed: number;
  readonly listingsCut: number;
}

/** Promises that were kept only because nothing put them to the test: a breach, as no proof of them is one. */
const unlooked: Record<keyof Looks, string> = {
  sent: 'no call was seen to leave: I4 was not looked at',
  readTogether: 'no two sources were read at the same time: I4 was not looked at',
  looks: 'nobody looked at open jobs: I2 was not looked at',
  completed: 'no run was completed: I2 was not looked at',
  told: 'nobody was told of any failure: I7 was not looked at',
  killed: 'no backfill was killed: I9 was not looked at',
  listingsCut: 'no listing was cut short by a kill: I9 was not looked at',
};

export const findUnlooked = (looks: Looks): string[] =>
  (Object.keys(unlooked) as (keyof Looks)[]).filter((name) => !(looks[name] > 0)).map((name) => unlooked[name]);

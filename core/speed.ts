/** How fast a long piece of work gets on, told from a few recent looks at it. */

export interface SpeedSample {
  /** Epoch ms. */
  readonly at: number;
  readonly jobs: number;
  readonly calls: number;
  /** Seconds of creation time that are left to read. */
  readonly left: number;
}

export interface Speed {
  readonly jobsPerSecond: number;
  readonly callsPerSecond: number;
  /** Seconds until all is read at this speed; `undefined` while nothing can be said. */
  readonly secondsLeft: number | undefined;
}

/** How much of the past counts, in ms: long enough to be steady, short enough to show a change. */
const horizonMs = 15_000;

/** Adds a sample and lets those go that are too old, but for the newest of these: one second of work is a speed too. */
export function addSample(samples: readonly SpeedSample[], sample: SpeedSample): SpeedSample[] {
  const recent = samples.filter(({ at }) => at >= sample.at - horizonMs);
  return [...(recent.length > 0 ? recent : samples.slice(-1)), sample];
}

/** The speed between the oldest and the newest sample. */
export function toSpeed(samples: readonly SpeedSample[]): Speed {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || last.at <= first.at) return { jobsPerSecond: 0, callsPerSecond: 0, secondsLeft: undefined };
  const seconds = (last.at - first.at) / 1000;
  const read = first.left - last.left;
  return {
    jobsPerSecond: (last.jobs - first.jobs) / seconds,
    callsPerSecond: (last.calls - first.calls) / seconds,
    secondsLeft: read > 0 ? (last.left * seconds) / read : undefined,
  };
}

/** Answers after which older knowledge of the other clock is let go, so that drift cannot pile up. */
const samplesKept = 64;

/**
 * The database's clock as seen from here, by the time that `now` tells. Each answer proves that its time lies between our sending and our
 * receiving; what all recent answers agree on is narrower than any one round trip.
 */
export function createSlotClock(now: () => number) {
  let samples: { low: number; high: number }[] = [];
  return {
    observe(sentAt: number, remoteMs: number): void {
      const sample = { low: remoteMs - now(), high: remoteMs - sentAt };
      const agrees = samples.every(({ low, high }) => low <= sample.high && sample.low <= high);
      samples = agrees ? [...samples.slice(1 - samplesKept), sample] : [sample];
    },
    /** A moment of the database's clock on ours. */
    toLocal(remoteMs: number): number {
      const low = Math.max(...samples.map((sample) => sample.low));
      const high = Math.min(...samples.map((sample) => sample.high));
      return remoteMs - (low + high) / 2;
    },
  };
}

import { describe, expect, it } from 'vitest';
import { addSample, type SpeedSample, toSpeed } from '#core/speed.ts';

/** Work that goes on evenly: 300 jobs, 2 calls and 60 s of creation time a second, with 6,000 s to read. */
const sampleAt = (second: number): SpeedSample => ({
  at: second * 1000,
  jobs: second * 300,
  calls: second * 2,
  left: 6_000 - second * 60,
});

describe('the speed of a backfill', () => {
  it('is what lies between the oldest and the newest sample', () => {
    const speed = { jobsPerSecond: 300, callsPerSecond: 2, secondsLeft: 88 };
    expect(toSpeed([sampleAt(10), sampleAt(12)])).toEqual(speed);
    expect(toSpeed([sampleAt(10), { ...sampleAt(11), jobs: 0, calls: 0, left: 0 }, sampleAt(12)])).toEqual(speed);
  });

  it('is unknown at first and while nothing is read', () => {
    for (const samples of [[], [sampleAt(1)], [sampleAt(1), sampleAt(1)]]) {
      expect(toSpeed(samples)).toEqual({ jobsPerSecond: 0, callsPerSecond: 0, secondsLeft: undefined });
    }
    expect(toSpeed([sampleAt(1), { ...sampleAt(1), at: 5_000 }]).secondsLeft).toBeUndefined();
  });

  it('forgets what is long ago, but never the sample before', () => {
    const kept = Array.from({ length: 60 }, (_, second) => sampleAt(second)).reduce(addSample, [] as SpeedSample[]);
    expect(kept.map(({ at }) => at / 1000)).toEqual(Array.from({ length: 16 }, (_, index) => 44 + index));
    expect(addSample([sampleAt(1), sampleAt(2), sampleAt(3)], sampleAt(500))).toEqual([sampleAt(3), sampleAt(500)]);
  });
});

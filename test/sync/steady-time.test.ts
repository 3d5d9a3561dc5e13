import { describe, expect, it } from 'vitest';
import { createSteadyTime } from '#sync/steady-time.ts';

/** What both clocks tell, one look after another, and what is made of it. */
const tell = (looks: readonly { readonly now: number; readonly elapsed: number }[]): number[] => {
  let look = 0;
  const at = () => looks[look] ?? { now: Number.NaN, elapsed: Number.NaN };
  const time = createSteadyTime({ now: () => at().now, elapsed: () => at().elapsed, sleep: async () => {} });
  return looks.map((_, index) => {
    look = index;
    return time();
  });
};

describe('the steady time', () => {
  it.each([
    ['goes on as both clocks do', [1000, 1010, 1020], [0, 10, 20], [0, 10, 20]],
    ['goes on where the clock is set back', [1000, 1010, -500_000, -499_990], [0, 10, 20, 30], [0, 10, 20, 30]],
    ['leaps where the clock is set on', [1000, 61_000, 61_010], [0, 10, 20], [0, 60_000, 60_010]],
    ['leaps where a frozen machine stood still', [1000, 3_601_000, 3_601_010], [0, 0, 10], [0, 3_600_000, 3_600_010]],
    ['leaps after it was set back too', [1000, 500, 1500, 1510], [0, 10, 20, 30], [0, 10, 1010, 1020]],
    [
      'makes nothing of the part of a millisecond',
      [1000, 1000, 1001, 1001, 1002],
      [0, 0.4, 0.6, 1.2, 1.9],
      [0, 0.4, 0.6, 1.2, 1.9],
    ],
  ])('%s', (_, now, elapsed, told) => {
    const looks = now.map((at, index) => ({ now: at, elapsed: elapsed[index] ?? Number.NaN }));
    expect(tell(looks).map((time) => Math.round(time * 1000) / 1000)).toEqual(told);
  });
});

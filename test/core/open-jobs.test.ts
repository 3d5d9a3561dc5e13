import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDue, isListingCheaper, toLookInterval } from '#core/open-jobs.ts';

const hour = 3600;
const day = 24 * hour;
const ages = fc.integer({ min: day, max: 3000 * day });

describe('the time between two looks at an open job', () => {
  it.each([
    { age: -5, interval: 0 },
    { age: 0, interval: 0 },
    { age: day - 1, interval: 0 },
    { age: day, interval: hour },
    { age: 2 * day - 1, interval: hour },
    { age: 2 * day, interval: 2 * hour },
    { age: 4 * day, interval: 4 * hour },
    { age: 30 * day, interval: 16 * hour },
    { age: 365 * day, interval: 256 * hour },
  ])('is $interval s at the age of $age s', ({ age, interval }) => {
    expect(toLookInterval(age)).toBe(interval);
  });

  it('is a power of two of an hour, from a 48th to a 24th of the age', () => {
    fc.assert(
      fc.property(ages, (age) => {
        const interval = toLookInterval(age);
        expect(Number.isInteger(Math.log2(interval / hour))).toBe(true);
        expect(interval).toBeLessThanOrEqual(age / 24);
        expect(interval).toBeGreaterThan(age / 48);
      }),
    );
  });
});

describe('an open job', () => {
  const now = 20_000 * day + 1800;

  it.each([
    { what: 'on its first day', age: day - 1, sinceLook: 1, due: true },
    { what: 'from the future', age: -60, sinceLook: 1, due: true },
    { what: 'that nobody looked at for a month', age: 60 * day, sinceLook: 30 * day, due: true },
    { what: 'within its hour', age: day, sinceLook: 1800, due: false },
    { what: 'in the next hour', age: day, sinceLook: 1801, due: true },
    { what: 'within its two hours', age: 2 * day, sinceLook: 1800, due: false },
    { what: 'after two hours', age: 3 * day, sinceLook: 2 * hour, due: true },
    { what: 'looked at by a clock that is ahead', age: day, sinceLook: -hour, due: false },
  ])('$what is due: $due', ({ age, sinceLook, due }) => {
    expect(isDue({ creationTime: now - age }, now, now - sinceLook)).toBe(due);
  });

  it('is looked at again no later than one interval and one run after the last look', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 3 * hour }), { minLength: 100, maxLength: 300 });
    fc.assert(
      fc.property(ages, steps, (age, pauses) => {
        const creationTime = now - age;
        let [run, look] = [now, now];
        for (const pause of pauses) {
          const lastRun = run;
          run += pause;
          if (isDue({ creationTime }, run, lastRun)) look = run;
          expect(run - look).toBeLessThan(toLookInterval(run - creationTime) + pause);
        }
      }),
    );
  });

  it('is not looked at twice in one interval', () => {
    fc.assert(
      fc.property(ages, fc.nat(), fc.nat(), (age, a, b) => {
        const interval = toLookInterval(age);
        const start = Math.ceil(now / interval) * interval;
        const [sooner, later] = [a % interval, b % interval].sort((one, other) => one - other) as [number, number];
        const creationTime = start + later - age;
        expect(isDue({ creationTime }, start + later, start + sooner)).toBe(false);
        expect(isDue({ creationTime }, start + later, start - 1)).toBe(true);
      }),
    );
  });
});

describe('open jobs', () => {
  it.each([
    { jobs: 0, perPage: 300, cheaper: false },
    { jobs: 20, perPage: 300, cheaper: false },
    { jobs: 21, perPage: 300, cheaper: true },
    { jobs: 10_000, perPage: 300, cheaper: true },
    { jobs: 40, perPage: 20, cheaper: false },
    { jobs: 41, perPage: 20, cheaper: true },
  ])(
    'are cheaper to list than to ask for by id: $jobs in pages of $perPage: $cheaper',
    ({ jobs, perPage, cheaper }) => {
      expect(isListingCheaper(jobs, 10, perPage)).toBe(cheaper);
    },
  );

  it('are asked for by id where a page holds no more jobs than a call may name', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), fc.integer({ min: 1, max: 10 }), (jobs, size) => {
        expect(isListingCheaper(jobs, 10, size)).toBe(false);
      }),
    );
  });
});

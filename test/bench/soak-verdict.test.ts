import { describe, expect, it } from 'vitest';
import { judgeSoak, maxWalSize, type SoakLook, toCharts } from '../../bench/soak-verdict.ts';

/** An hour in which nothing but the jobs grew, a look each 15 s. `change` says what was otherwise. */
function soak(change: (minutes: number, count: number) => Partial<SoakLook> = () => ({})): SoakLook[] {
  return Array.from({ length: 240 }, (_, count) => ({
    minutes: count / 4,
    alerts: count,
    memory: 230 + (count % 7),
    ...(count % 8 === 0 ? { kept: 33 + 0.1 * ((count / 8) % 3) } : {}),
    fileHandles: 44 + (count % 2),
    connections: 10,
    serverMemory: 44,
    walFiles: Math.min(maxWalSize, 16 + count),
    walRecords: 2 + 0.01 * (count % 3),
    walPages: count % 4 === 0 ? 10 : 0.3,
    jobs: 5_000 + 300 * count,
    changes: 15_000 + 900 * count,
    stored: (5_000 + 300 * count) * 0.0027,
    fixedTables: 0.3,
    ...change(count / 4, count),
  }));
}

const missed = (looks: readonly SoakLook[]): string[] =>
  judgeSoak(looks)
    .filter(({ met }) => !met)
    .map(({ what, measured }) => `${what}: ${measured.split(':')[0]}`);

describe('a soak', () => {
  it('is passed where only the jobs grew', () => {
    expect(missed(soak())).toEqual([]);
  });

  it.each<[string, (minutes: number, count: number) => Partial<SoakLook>, string[]]>([
    [
      'memory that is kept: a tenth an hour',
      (minutes, count) => (count % 8 === 0 ? { kept: 33 + minutes / 18 } : {}),
      ['of it kept, after collections: grows'],
    ],
    [
      'memory that is kept, in so wide a noise that nobody can say',
      (_, count) => (count % 8 === 0 ? { kept: (count / 8) % 8 < 4 ? 36 : 30 } : {}),
      ['of it kept, after collections: unclear'],
    ],
    ['memory', (minutes) => ({ memory: 200 + 2 * minutes }), ['memory of the product: grows']],
    ['handles', (minutes) => ({ fileHandles: 40 + Math.floor(minutes) }), ['file handles of the product: grows']],
    ['a connection too many, once', (_, count) => (count === 100 ? { connections: 12 } : {}), ['database connections']],
    ['one file of WAL too many, once', (_, count) => (count === 100 ? { walFiles: 112 } : {}), ['files of the WAL']],
    [
      'half as much WAL for each change, which is as odd as twice as much',
      (minutes) => ({ walRecords: 3 - minutes / 30 }),
      ['WAL of changes, a change of state: falls'],
    ],
    [
      'what is stored a job',
      (minutes, count) => ({ stored: (5_000 + 300 * count) * (0.002 + minutes * 1e-5) }),
      ['stored a job: grows'],
    ],
    ['a table of a few rows', (minutes) => ({ fixedTables: minutes / 50 }), ['tables of fixed size']],
  ])('is failed by %s', (_, change, expected) => {
    expect(missed(soak(change)).map((each) => each.replace(/: -?[\d.]+% .*/, ''))).toEqual(expected);
  });

  it('is not judged where it was too short to tell', () => {
    expect(missed(soak().slice(0, 4))).toContain('of it kept, after collections: unclear');
  });

  it('has nothing to divide by before the first job, and draws nothing there', () => {
    const chart = toCharts(soak((_, count) => (count < 3 ? { jobs: 0, changes: 0, stored: 0 } : {})));
    expect(chart.find(({ title }) => title === 'stored a job')?.points).toHaveLength(236);
    expect(chart.flatMap(({ points }) => points).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
  });

  it('is drawn with the looks at which something was looked for', () => {
    const charts = toCharts(soak());
    expect(charts.find(({ title }) => title === 'of it kept, after collections')?.points).toHaveLength(29);
    expect(charts.find(({ title }) => title === 'memory of the product')?.points).toHaveLength(239);
  });
});

import { describe, expect, it } from 'vitest';
import { renderCharts } from '../../bench/chart.ts';

const chart = {
  title: 'WAL <a job>',
  unit: 'kB',
  along: 'minutes',
  points: [
    [0, 5],
    [10, 5],
    [20, 10],
  ],
} as const;
const pointsOf = (svg: string) =>
  /points="([^"]+)"/
    .exec(svg)?.[1]
    ?.split(' ')
    .map((pair) => pair.split(',').map(Number));

describe('a chart', () => {
  it('has zero at the bottom and its points at their places', () => {
    const [first, second, third] = pointsOf(renderCharts([{ ...chart, bar: 10 }])) ?? [];
    const bottom = 140;
    expect([first?.[0], second?.[0], third?.[0]]).toEqual([58, 202, 346]);
    expect(first?.[1]).toBe(second?.[1]);
    expect(bottom - (third?.[1] ?? 0)).toBeCloseTo(2 * (bottom - (first?.[1] ?? 0)), 0);
  });

  it('says what it shows, and nothing that is markup', () => {
    const svg = renderCharts([chart]);
    expect(svg).toContain('WAL &lt;a job>, kB');
    expect(svg).toContain('20 minutes');
  });

  it('stands beside others in rows of two', () => {
    expect(renderCharts([chart, chart, chart])).toContain('viewBox="0 0 720 340"');
    expect(renderCharts([chart])).toContain('viewBox="0 0 360 170"');
  });

  it('bears points that are all at one place, or all zero', () => {
    expect(
      renderCharts([
        {
          ...chart,
          points: [
            [1, 0],
            [1, 0],
          ],
        },
      ]),
    ).not.toMatch(/NaN|Infinity/);
  });
});

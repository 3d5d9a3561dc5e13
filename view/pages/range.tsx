import type { CountInterval } from '#db/job-counts.ts';
import type { Hours } from '#view/hours.ts';
import { toHref } from '#view/pages/href.ts';
import { oneOfThese } from '#view/parameters.ts';

/** The spans of time that pages look back over. */
export const ranges = {
  '24h': { name: '24 hours', seconds: 86_400, interval: 'hour' },
  '7d': { name: '7 days', seconds: 7 * 86_400, interval: 'hour' },
  '30d': { name: '30 days', seconds: 30 * 86_400, interval: 'day' },
} as const satisfies Record<string, { name: string; seconds: number; interval: CountInterval }>;

export type RangeName = keyof typeof ranges;

export const rangeParameter = oneOfThese(['24h', '7d', '30d'], 'How far to look back.');

/** Whole hours up to the end of the present one; whole days where that is how they are counted. */
export function toRangeHours(name: RangeName, now: number): Hours {
  const step = ranges[name].interval === 'day' ? 86_400 : 3_600;
  const to = Math.ceil(now / step) * step;
  return { from: to - ranges[name].seconds, to };
}

/** Chooses the range, keeping the other parameters. */
export function RangeTabs({ path, query, current }: { path: string; query: URLSearchParams; current: RangeName }) {
  return (
    <nav class="tabs" aria-label="How far to look back">
      <ul>
        {Object.entries(ranges).map(([name, { name: label }]) => (
          <li>
            <a
              href={toHref(path, query, { range: name })}
              {...(name === current ? { 'aria-current': 'true' as const } : {})}
            >
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

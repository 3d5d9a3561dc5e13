import { decideOverallFreshness } from '#view/health.ts';
import { toDurationText } from '#view/pages/duration.ts';
import type { Frame } from '#view/pages/frame.ts';

/** How fresh the copy is, on every page: whoever looks at a stale one must not take it for the present. */
export function FreshnessPill({ frame: { sources, now, standbyLag } }: { frame: Frame }) {
  const freshness = decideOverallFreshness(sources, now);
  const covered = sources.flatMap(({ covered_to }) => (covered_to === null ? [] : [covered_to]));
  const lag = covered.length === 0 ? '' : `, ${toDurationText(now - Math.min(...covered))} behind`;
  const gaps = sources.some((row) => row.covered_to !== null && row.gap_seconds >= 1) ? ', with gaps' : '';
  const standby = standbyLag !== null && standbyLag >= 1 ? `, standby ${toDurationText(standbyLag)} late` : '';
  const words = { ok: 'Fresh', stale: 'Stale', empty: 'Empty' }[freshness];
  return (
    <a class={`pill pill-${freshness}`} href="/#freshness" data-live="pill">
      {`${words}${lag}${gaps}${standby}`}
    </a>
  );
}

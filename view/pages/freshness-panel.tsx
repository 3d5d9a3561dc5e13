import type { GapRow } from '#db/select-gaps.ts';
import type { SourceRow } from '#db/select-health.ts';
import { decideFreshness } from '#view/health.ts';
import { toDurationText } from '#view/pages/duration.ts';
import type { Frame } from '#view/pages/frame.ts';
import { Moment, Text, Utc } from '#view/pages/text.tsx';

/** Gaps named one by one; the API has the rest. */
const shownGaps = 3;

interface FreshnessProps {
  readonly frame: Frame;
  readonly gaps: readonly GapRow[];
}

/** How fresh and complete the copy is, one line a source, with its gaps. */
export function FreshnessPanel({ frame: { sources, now, standbyLag }, gaps }: FreshnessProps) {
  return (
    <section class="panel" id="freshness" aria-label="Freshness" data-live="freshness">
      <ul class="freshness">
        {sources.length === 0 && <li>No run yet: the copy is empty until the sync has run for the first time.</li>}
        {sources.map((row) => (
          <li class={decideFreshness(row, now)}>
            {sources.length > 1 && (
              <>
                <Text value={row.source} />
                {': '}
              </>
            )}
            <Verdict row={row} now={now} />
            <Gaps row={row} gaps={gaps.filter((gap) => gap.source === row.source)} />
            {row.open_jobs > 0 && ` ${row.open_jobs} ${row.open_jobs === 1 ? 'job' : 'jobs'} not finished.`}
            <LastRun row={row} />
          </li>
        ))}
        {standbyLag !== null && (
          <li class={standbyLag > 60 ? 'stale' : 'ok'}>
            {`Read from a hot standby, ${toDurationText(standbyLag)} behind its primary.`}
          </li>
        )}
      </ul>
    </section>
  );
}

function Verdict({ row, now }: { row: SourceRow; now: number }) {
  if (row.covered_to === null) return <strong>Nothing is read completely yet.</strong>;
  const isOk = decideFreshness(row, now) === 'ok';
  return (
    <>
      <strong>{isOk ? 'Up to date' : describeStale(row, now)}</strong>
      {': read up to '}
      <Moment at={row.covered_to} />
      <Utc />
      {`, ${toDurationText(now - row.covered_to)} ago.`}
    </>
  );
}

function describeStale({ last_completed_at: completed }: SourceRow, now: number): string {
  return completed === null
    ? 'No run is complete yet'
    : `Stale, no run completed for ${toDurationText(now - completed)}`;
}

/** What is missing before the newest moment that was read. */
function Gaps({ row, gaps }: { row: SourceRow; gaps: readonly GapRow[] }) {
  if (row.covered_to === null || row.gap_seconds < 1) return <span class="quiet"> No gaps.</span>;
  return (
    <>
      {` ${toDurationText(row.gap_seconds)} before that still to be read: `}
      {gaps.slice(0, shownGaps).map((gap, index) => (
        <>
          {index > 0 && '; '}
          <Moment at={gap.gap_from} />
          {' to '}
          <Moment at={gap.gap_to} />
        </>
      ))}
      {gaps.length > shownGaps && ` and ${gaps.length - shownGaps} more (`}
      {gaps.length > shownGaps && <a href="/v1/health">all</a>}
      {gaps.length > shownGaps && ')'}.
    </>
  );
}

function LastRun({ row }: { row: SourceRow }) {
  if (row.last_started_at === null || row.last_outcome === 'completed') return null;
  if (row.last_outcome === null) return <span class="quiet"> A run is under way.</span>;
  return (
    <span class="quiet">
      {' The '}
      <a href="/runs">last run</a>
      {` was ${row.last_outcome}`}
      {row.last_error_code !== null && (
        <>
          {' ('}
          <code>{row.last_error_code}</code>)
        </>
      )}
      .
    </span>
  );
}

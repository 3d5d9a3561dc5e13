import type { SourceRow } from '#db/select-health.ts';
import { decideFreshness } from '#view/health.ts';
import { toDurationText } from '#view/pages/duration.ts';
import { Moment, Text } from '#view/pages/text.tsx';

/** How fresh and complete the copy is, one line a source. */
export function FreshnessLine({ sources, now }: { sources: readonly SourceRow[]; now: number }) {
  return (
    <ul class="freshness" data-live="freshness">
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
          {row.covered_to !== null && row.gap_seconds >= 1 && (
            <> {toDurationText(row.gap_seconds)} before that still to be read.</>
          )}
          {row.open_jobs > 0 && ` ${row.open_jobs} ${row.open_jobs === 1 ? 'job' : 'jobs'} not finished.`}
          <LastRun row={row} />
        </li>
      ))}
    </ul>
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
      {` UTC, ${toDurationText(now - row.covered_to)} ago.`}
    </>
  );
}

function describeStale({ last_completed_at: completed }: SourceRow, now: number): string {
  return completed === null
    ? 'No run is complete yet'
    : `Stale, no run completed for ${toDurationText(now - completed)}`;
}

function LastRun({ row }: { row: SourceRow }) {
  if (row.last_started_at === null || row.last_outcome === 'completed') return null;
  if (row.last_outcome === null) return <span class="quiet"> A run is under way.</span>;
  return (
    <span class="quiet">
      {` The last run was ${row.last_outcome}`}
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

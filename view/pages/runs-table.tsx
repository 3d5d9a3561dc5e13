import type { RunRow } from '#db/select-runs.ts';
import { type Column, ColumnHeads } from '#view/pages/column-heads.tsx';
import { toDurationText } from '#view/pages/duration.ts';
import type { Frame } from '#view/pages/frame.ts';
import { Moment, Text, toCountText } from '#view/pages/text.tsx';

const counts = [
  'calls',
  'throttled',
  'pages',
  'read',
  'inserted',
  'updated',
  'unchanged',
  'rejected',
  'transitions',
] as const;

const toColumns = (hasSources: boolean): readonly Column[] => [
  { name: 'Run' },
  { name: 'Outcome' },
  ...(hasSources ? [{ name: 'Source' }] : []),
  { name: 'Started' },
  { name: 'Took', width: 'number' },
  ...counts.map((name) => ({ name, width: 'number' })),
  { name: 'Error' },
];

/** Runs as a table; on a narrow screen each row is a card of its own. */
export function RunsTable({ frame, runs }: { frame: Frame; runs: readonly RunRow[] }) {
  const hasSources = frame.sources.length > 1;
  return (
    <section class="scroll" tabindex={0} aria-label="Runs, newest first">
      <table class="list">
        <caption class="unseen">Runs, newest first</caption>
        <ColumnHeads columns={toColumns(hasSources)} />
        <tbody>
          {runs.map((run) => (
            <Row run={run} hasSources={hasSources} now={frame.now} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ run, hasSources, now }: { run: RunRow; hasSources: boolean; now: number }) {
  const outcome = run.outcome ?? 'running';
  return (
    <tr>
      <th scope="row">{run.id}</th>
      <td>
        <span class={`pill pill-${outcome}`}>{outcome}</span>
      </td>
      {hasSources && (
        <td data-label="Source">
          <Text value={run.source} />
        </td>
      )}
      <td data-label="Started">
        <Moment at={run.started_at} />
      </td>
      <td data-label="Took" class="number">
        {toDurationText((run.finished_at ?? now) - run.started_at)}
      </td>
      {counts.map((name) => (
        <td data-label={name} class={run[name] === 0 ? 'number quiet' : 'number'}>
          {toCountText(run[name])}
        </td>
      ))}
      <td data-label="Error" class={run.error_code === null ? 'none' : ''}>
        {run.error_code !== null && <code>{run.error_code}</code>}
        {run.error !== null && (
          <div class="quiet">
            <Text value={run.error} />
          </div>
        )}
      </td>
    </tr>
  );
}

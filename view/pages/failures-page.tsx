import type { FailureRow } from '#db/select-failures.ts';
import type { Hours } from '#view/hours.ts';
import { ColumnHeads } from '#view/pages/column-heads.tsx';
import type { Frame } from '#view/pages/frame.ts';
import { toHref, toJobHref, toSelection } from '#view/pages/href.ts';
import { Layout } from '#view/pages/layout.tsx';
import { type RangeName, RangeTabs } from '#view/pages/range.tsx';
import { Share } from '#view/pages/share.tsx';
import { EndsText, Moment, ShortId, Text, toCountText } from '#view/pages/text.tsx';
import { toVisible } from '#view/pages/visible-text.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

export interface FailuresPageProps {
  readonly frame: Frame;
  readonly failures: readonly FailureRow[];
  readonly hours: Hours;
  readonly range: RangeName;
  readonly query: URLSearchParams;
}

const columns = [
  { name: 'Code and message', width: '' },
  { name: 'Pipeline', width: 'c-pipeline' },
  { name: 'Failed', width: 'number c-count' },
  { name: 'Share of pipeline', width: 'c-share' },
  { name: 'First', width: 'c-time' },
  { name: 'Last', width: 'c-time' },
  { name: 'Newest job', width: 'c-id' },
];

/** What fails, the most frequent first; every group leads to its jobs. */
export function FailuresPage({ frame, failures, hours, range, query }: FailuresPageProps) {
  const all = failures.reduce((sum, { jobs }) => sum + jobs, 0);
  return (
    <Layout title="Failures" at="/failures" frame={frame}>
      <div class="heading">
        <h1>Failures</h1>
        <RangeTabs path="/failures" query={query} current={range} />
      </div>
      <div data-live="failures">
        {failures.length === 0 ? (
          <p class="panel empty">No job failed in this time.</p>
        ) : (
          <>
            <p class="quiet">{`${toCountText(all)} failed jobs in ${failures.length} groups of pipeline and code.`}</p>
            <table class="list fixed">
              <caption class="unseen">Failures by pipeline and code</caption>
              <ColumnHeads columns={columns} />
              <tbody>
                {failures.map((row) => (
                  <Group row={row} hours={hours} />
                ))}
              </tbody>
            </table>
          </>
        )}
      </div>
    </Layout>
  );
}

function Group({ row, hours }: { row: FailureRow; hours: Hours }) {
  const query = new URLSearchParams({ state: 'Fail', source: row.source, created_from: toRfc3339(hours.from) });
  const href = toHref('/jobs', query, toSelection({ pipeline: row.pipeline_id, code: row.code }));
  return (
    <tr>
      <th scope="row" class="wraps" title={toVisible(row.message ?? row.code ?? '')}>
        <a href={href}>{row.code === null ? 'no code' : <EndsText value={row.code} />}</a>
        {row.message !== null && (
          <div class="quiet clamped">
            <Text value={row.message} />
          </div>
        )}
      </th>
      <td data-label="Pipeline">{row.pipeline_id === null ? 'none' : <ShortId value={row.pipeline_id} />}</td>
      <td data-label="Failed" class="number">
        {toCountText(row.jobs)}
      </td>
      <td data-label="Share">
        <Share part={row.jobs} of={row.pipeline_jobs} />
      </td>
      <td data-label="First">
        <Moment at={row.first_created_at} />
      </td>
      <td data-label="Last">
        <Moment at={row.last_created_at} />
      </td>
      <td data-label="Newest job">
        <a href={toJobHref({ id: row.example_job_id, source: row.source })}>
          <ShortId value={row.example_job_id} />
        </a>
      </td>
    </tr>
  );
}

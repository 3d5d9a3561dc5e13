import type { Hours } from '#view/hours.ts';
import type { PipelineTotal } from '#view/pages/chart-data.ts';
import { ColumnHeads } from '#view/pages/column-heads.tsx';
import { toHref, toSelection } from '#view/pages/href.ts';
import { Share } from '#view/pages/share.tsx';
import { ShortId, toCountText } from '#view/pages/text.tsx';
import { toRfc3339 } from '#view/rfc3339.ts';

const columns = [
  { name: 'Pipeline' },
  { name: 'Jobs', width: 'number' },
  { name: 'Failed', width: 'number' },
  { name: 'Share failed' },
];

/** Rows shown; the page of failures has the rest. */
const shown = 8;

/** How much of each pipeline fails, exactly. */
export function PipelineRates({ totals, hours }: { totals: readonly PipelineTotal[]; hours: Hours }) {
  return (
    <section class="panel" data-live="pipelines" aria-labelledby="pipelines-title">
      <h2 id="pipelines-title">By pipeline</h2>
      {totals.length === 0 && <p class="quiet">No job in this time.</p>}
      {totals.length > 0 && (
        <table>
          <ColumnHeads columns={columns} />
          <tbody>
            {totals.slice(0, shown).map((total) => (
              <PipelineRow total={total} hours={hours} />
            ))}
          </tbody>
        </table>
      )}
      {totals.length > shown && <p class="quiet">{`and ${totals.length - shown} more pipelines`}</p>}
    </section>
  );
}

function PipelineRow({ total: { pipeline, jobs, failed }, hours }: { total: PipelineTotal; hours: Hours }) {
  const query = new URLSearchParams({ created_from: toRfc3339(hours.from), state: 'Fail' });
  return (
    <tr>
      <th scope="row">
        <a href={toHref('/jobs', query, toSelection({ pipeline }))}>
          {pipeline === null ? 'no pipeline' : <ShortId value={pipeline} />}
        </a>
      </th>
      <td class="number">{toCountText(jobs)}</td>
      <td class="number">{toCountText(failed)}</td>
      <td>
        <Share of={jobs} part={failed} />
      </td>
    </tr>
  );
}

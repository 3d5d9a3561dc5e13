import type { FailureRow } from '#db/select-failures.ts';
import type { Hours } from '#view/hours.ts';
import { ColumnHeads } from '#view/pages/column-heads.tsx';
import { toHref, toSelection } from '#view/pages/href.ts';
import { Share } from '#view/pages/share.tsx';
import { EndsText, toCountText } from '#view/pages/text.tsx';
import { toRfc3339 } from '#view/rfc3339.ts';

/** Rows shown; the page of failures has the rest. */
const shown = 8;

const columns = [
  { name: 'Code' },
  { name: 'Failed', width: 'number c-count' },
  { name: 'Share of failures', width: 'c-share' },
];

/** What jobs fail of. */
export function CodeRates({ failures, hours }: { failures: readonly FailureRow[]; hours: Hours }) {
  const counts = new Map<string | null, number>();
  for (const { code, jobs } of failures) counts.set(code, (counts.get(code) ?? 0) + jobs);
  const codes = [...counts].sort(([, a], [, b]) => b - a);
  const all = codes.reduce((sum, [, jobs]) => sum + jobs, 0);
  const query = new URLSearchParams({ created_from: toRfc3339(hours.from), state: 'Fail' });
  return (
    <section class="panel" data-live="codes" aria-labelledby="codes-title">
      <h2 id="codes-title">By error code</h2>
      {codes.length === 0 && <p class="quiet">No job failed in this time.</p>}
      {codes.length > 0 && (
        <table class="fixed">
          <ColumnHeads columns={columns} />
          <tbody>
            {codes.slice(0, shown).map(([code, jobs]) => (
              <tr>
                <th scope="row">
                  <a href={toHref('/jobs', query, toSelection({ code }))}>
                    {code === null ? 'no code' : <EndsText value={code} />}
                  </a>
                </th>
                <td class="number">{toCountText(jobs)}</td>
                <td>
                  <Share of={all} part={jobs} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

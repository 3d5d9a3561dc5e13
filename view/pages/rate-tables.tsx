import type { FailureRow } from '#db/select-failures.ts';
import type { Hours } from '#view/hours.ts';
import type { PipelineTotal } from '#view/pages/chart-data.ts';
import { toHref } from '#view/pages/href.ts';
import { EndsText, ShortId, toCountText, toPercentText } from '#view/pages/text.tsx';
import { toRfc3339 } from '#view/rfc3339.ts';

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
          <thead>
            <tr>
              <th scope="col">Pipeline</th>
              <th scope="col" class="number">
                Jobs
              </th>
              <th scope="col" class="number">
                Failed
              </th>
              <th scope="col">Share failed</th>
            </tr>
          </thead>
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
        {pipeline === null ? (
          'no pipeline'
        ) : (
          <a href={toHref('/jobs', query, { pipeline })}>
            <ShortId value={pipeline} />
          </a>
        )}
      </th>
      <td class="number">{toCountText(jobs)}</td>
      <td class="number">{toCountText(failed)}</td>
      <td>
        <Share of={jobs} part={failed} />
      </td>
    </tr>
  );
}

/** A share as a bar and in figures. */
export function Share({ part, of }: { part: number; of: number }) {
  const share = of === 0 ? 0 : part / of;
  return (
    <>
      <meter min={0} max={1} value={share} aria-hidden="true" /> {toPercentText(share)}
    </>
  );
}

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
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col" class="number c-count">
                Failed
              </th>
              <th scope="col" class="c-share">
                Share of failures
              </th>
            </tr>
          </thead>
          <tbody>
            {codes.slice(0, shown).map(([code, jobs]) => (
              <tr>
                <th scope="row">
                  {code === null ? (
                    'no code'
                  ) : (
                    <a href={toHref('/jobs', query, { code })}>
                      <EndsText value={code} />
                    </a>
                  )}
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

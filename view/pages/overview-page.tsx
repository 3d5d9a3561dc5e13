import type { FailureRow } from '#db/select-failures.ts';
import type { GapRow } from '#db/select-gaps.ts';
import type { StatRow } from '#db/select-stats.ts';
import type { Hours } from '#view/hours.ts';
import { Chart } from '#view/pages/chart.tsx';
import { toPipelineTotals, toRateTable, toStateTable } from '#view/pages/chart-data.ts';
import { CodeRates } from '#view/pages/code-rates.tsx';
import type { Frame } from '#view/pages/frame.ts';
import { FreshnessPanel } from '#view/pages/freshness-panel.tsx';
import { Layout } from '#view/pages/layout.tsx';
import { PipelineRates } from '#view/pages/pipeline-rates.tsx';
import { type RangeName, RangeTabs, ranges } from '#view/pages/range.tsx';
import { Tiles } from '#view/pages/tiles.tsx';

export interface OverviewProps {
  readonly frame: Frame;
  readonly gaps: readonly GapRow[];
  readonly byState: readonly StatRow[];
  readonly byPipeline: readonly StatRow[];
  readonly failures: readonly FailureRow[];
  readonly hours: Hours;
  readonly range: RangeName;
  readonly query: URLSearchParams;
}

/** Pipelines of which the rate is drawn: more lines than this nobody tells apart. */
const drawnPipelines = 5;

/** The first page: is the copy fresh, and is anything wrong. */
export function OverviewPage(props: OverviewProps) {
  const { frame, gaps, byState, byPipeline, failures, hours, range, query } = props;
  const step = ranges[range].interval === 'day' ? 86_400 : 3_600;
  const totals = toPipelineTotals(byPipeline);
  const drawn = totals.slice(0, drawnPipelines).map(({ pipeline }) => pipeline);
  return (
    <Layout title="Overview" at="/" frame={frame} hasChart>
      <div class="heading">
        <h1>Overview</h1>
        <RangeTabs path="/" query={query} current={range} />
      </div>
      <FreshnessPanel frame={frame} gaps={gaps} />
      <Tiles byState={byState} sources={frame.sources} hours={hours} />
      <div class="columns">
        <Chart id="states" title="Jobs created, by state now" kind="stack" table={toStateTable(byState, hours, step)} />
        <Chart
          id="rates"
          title="Failed, by pipeline"
          kind="lines"
          table={toRateTable(byPipeline, drawn, hours, step)}
        />
      </div>
      <div class="columns">
        <PipelineRates totals={totals} hours={hours} />
        <CodeRates failures={failures} hours={hours} />
      </div>
    </Layout>
  );
}

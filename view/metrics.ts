import type { Database } from '#db/client.ts';
import { selectAlertQueue, selectOpenAlertCounts } from '#db/select-alert-queue.ts';
import { selectAlertChannels } from '#db/select-alerts.ts';
import { selectFailures } from '#db/select-failures.ts';
import { selectGaps } from '#db/select-gaps.ts';
import { type SourceRow, selectSources } from '#db/select-health.ts';
import { selectRunTotals } from '#db/select-run-totals.ts';
import { selectStandbyLag } from '#db/select-standby.ts';
import { selectStats } from '#db/select-stats.ts';
import type { ViewContext } from '#view/context.ts';
import { toLagSeconds } from '#view/health.ts';
import { toHours } from '#view/hours.ts';

/** A value with its labels. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | null];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Pipelines and codes come from outside: no more series than this are made of them. */
const maxFailureSeries = 200;
const maxGaps = 1_000;

/**
 * The metrics as text. All are gauges: they are computed from the database at each scrape, by any number of instances,
 * and `_24h` counts the last 24 hours, from a whole hour on.
 */
export async function readMetrics({ database, now }: ViewContext): Promise<string> {
  const at = now();
  const hours = toHours({ from: undefined, to: undefined, now: at, maxDays: 1 });
  const filter = { createdFrom: hours.from, createdTo: hours.to };
  const [sources, gaps, jobs, failures, runs, lag] = await Promise.all([
    selectSources(database, at),
    selectGaps(database, at, maxGaps),
    selectStats(database, { filter, interval: 'all', by: ['source', 'state'], limit: 1_000 }),
    selectFailures(database, { filter, limit: maxFailureSeries }),
    selectRunTotals(database, hours.from),
    selectStandbyLag(database),
  ]);
  const gapCounts = (source: string) => gaps.filter((gap) => gap.source === source).length;
  const alerting = await describeAlerting(database, at);
  const metrics: Metric[] = [
    ...describeSources(sources, at, gapCounts),
    gauge(
      'jobs_24h',
      'Jobs created, by state now.',
      jobs.map((row) => [{ source: row.source ?? '', state: row.state ?? '' }, row.jobs]),
    ),
    gauge(
      'failed_jobs_24h',
      'Failed jobs created, the largest groups.',
      failures.map((row) => [{ source: row.source, pipeline: row.pipeline_id ?? '', code: row.code ?? '' }, row.jobs]),
    ),
    gauge(
      'runs_24h',
      'Runs begun, by outcome.',
      runs.map((row) => [{ source: row.source, outcome: row.outcome }, row.runs]),
    ),
    gauge(
      'calls_24h',
      'Calls of MPS.',
      runs.map((row) => [{ source: row.source, outcome: row.outcome }, row.calls]),
    ),
    gauge(
      'throttled_calls_24h',
      'Calls that MPS throttled.',
      runs.map((row) => [{ source: row.source, outcome: row.outcome }, row.throttled]),
    ),
    gauge('standby_lag_seconds', 'How far the database that is read is behind its primary.', [[{}, lag]]),
    ...alerting,
  ];
  return metrics.map(print).join('');
}

function describeSources(sources: readonly SourceRow[], at: number, countGaps: (source: string) => number): Metric[] {
  const each = (name: string, help: string, value: (row: SourceRow) => number | null) =>
    gauge(
      name,
      help,
      sources.map((row) => [{ source: row.source }, value(row)]),
    );
  return [
    each('last_completed_timestamp_seconds', 'When a run last completed.', (row) => row.last_completed_at),
    each(
      'last_look_timestamp_seconds',
      'When the last run began that looked at all recent and open jobs.',
      (row) => row.looked_at,
    ),
    each('coverage_lag_seconds', 'From the newest moment read completely, or else from the first run, to now.', (row) =>
      toLagSeconds(row, at),
    ),
    each('gap_seconds', 'Creation time that was not read completely.', (row) => row.gap_seconds),
    each('gaps', 'Spans of creation time that were not read completely.', (row) => countGaps(row.source)),
    each('open_jobs', 'Jobs that are in no terminal state.', (row) => row.open_jobs),
  ];
}

/** The queue of the alerts: what waits, what was given up, and what goes on. */
async function describeAlerting(database: Database, at: number): Promise<Metric[]> {
  const [alerts, channels, queue] = await Promise.all([
    selectOpenAlertCounts(database),
    selectAlertChannels(database),
    selectAlertQueue(database),
  ]);
  const age = queue.oldest_pending_at === null ? 0 : Math.max(0, at - queue.oldest_pending_at);
  return [
    gauge(
      'alerts',
      'Alerts that fire, or wait to, by rule.',
      alerts.map((row) => [{ rule: row.rule, status: row.status }, row.alerts]),
    ),
    gauge('alert_events_waiting', 'Failed jobs that are in no alert yet.', [[{}, queue.events_waiting]]),
    gauge(
      'alert_deliveries',
      'Messages that wait to be delivered, and those given up.',
      channels.flatMap(({ name, pending, dead }): Sample[] => [
        [{ channel: name, status: 'pending' }, pending],
        [{ channel: name, status: 'dead' }, dead],
      ]),
    ),
    gauge('alert_oldest_pending_seconds', 'How long the oldest message has waited; 0 when none does.', [[{}, age]]),
    gauge(
      'alert_channel_disabled',
      'Whether the receiver of a channel refused all further messages.',
      channels.map((row) => [{ channel: row.name }, row.disabled_at === null ? 0 : 1]),
    ),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name: `mps_sync_${name}`,
  help,
  samples,
});

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
function print({ name, help, samples }: Metric): string {
  const lines = samples
    .filter(([, value]) => value !== null)
    .map(([labels, value]) => `${name}${printLabels(labels)} ${value}\n`);
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeLabel = (value: string): string =>
  value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));

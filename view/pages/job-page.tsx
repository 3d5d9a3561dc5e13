import type { JobRow } from '#db/select-jobs.ts';
import type { TransitionRow } from '#db/select-transitions.ts';
import { Layout } from '#view/pages/layout.tsx';
import { Moment, StateBadge, Text } from '#view/pages/text.tsx';
import { toVisible, toVisibleJson } from '#view/pages/visible-text.ts';

export interface JobPageProps {
  readonly job: JobRow;
  readonly transitions: readonly TransitionRow[];
  readonly sourceSummary: string | undefined;
}

/** One job: its fields, its history as it was observed, and the record as MPS sent it. */
export function JobPage({ job, transitions, sourceSummary }: JobPageProps) {
  return (
    <Layout title={`Job ${toVisible(job.id)}`} sourceSummary={sourceSummary}>
      <p>
        <a href="/">All jobs</a>
      </p>
      <div data-live="job">
        <h1>
          Job <Text value={job.id} />
        </h1>
        <p>
          <StateBadge state={job.state} />
        </p>
        <h2>Fields</h2>
        <Fields job={job} />
        <h2>History</h2>
        <Timeline transitions={transitions} />
        <h2 id="raw">As MPS sent it</h2>
        <section class="panel" aria-labelledby="raw">
          <pre>{toVisibleJson(job.raw)}</pre>
        </section>
      </div>
    </Layout>
  );
}

const moments = ['creation_time', 'first_seen_at', 'changed_at', 'missing_since'] as const;

/** Every column that has a value, by its name in `report.job`, which is what one would query. */
function Fields({ job }: { job: JobRow }) {
  const { raw: _, ...columns } = job;
  const named = Object.entries(columns).filter(([, value]) => value !== null);
  return (
    <dl class="panel">
      {named.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{isMoment(name) ? <UtcMoment at={Number(value)} /> : <Text value={String(value)} />}</dd>
        </>
      ))}
    </dl>
  );
}

const UtcMoment = ({ at }: { at: number }) => (
  <>
    <Moment at={at} /> UTC
  </>
);

const isMoment = (name: string): boolean => moments.some((moment) => moment === name);

/** MPS tells no time of change, only what it is at the time of asking: hence "between". */
function Timeline({ transitions }: { transitions: readonly TransitionRow[] }) {
  return (
    <ol class="timeline">
      {transitions.map((step) => (
        <li>
          <StateBadge state={step.to_state} />{' '}
          {step.previous_observed_at === null ? (
            'first seen at '
          ) : (
            <>
              {'between '}
              <Moment at={step.previous_observed_at} />
              {' and '}
            </>
          )}
          <Moment at={step.observed_at} /> UTC
        </li>
      ))}
    </ol>
  );
}

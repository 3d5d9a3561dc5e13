import type { JobRow } from '#db/select-jobs.ts';
import type { TransitionRow } from '#db/select-transitions.ts';
import type { Frame } from '#view/pages/frame.ts';
import { toHref } from '#view/pages/href.ts';
import { JobConfiguration } from '#view/pages/job-configuration.tsx';
import { JobObjects } from '#view/pages/job-objects.tsx';
import { JobTimeline } from '#view/pages/job-timeline.tsx';
import { Layout } from '#view/pages/layout.tsx';
import { CopyButton, Moment, StateBadge, Text, Utc } from '#view/pages/text.tsx';
import { toVisible, toVisibleJson } from '#view/pages/visible-text.ts';

export interface JobPageProps {
  readonly frame: Frame;
  readonly job: JobRow;
  readonly transitions: readonly TransitionRow[];
}

/** One job: what became of it, how it was configured, where its files are, and the record as MPS sent it. */
export function JobPage({ frame, job, transitions }: JobPageProps) {
  const api = `/v1/jobs/${encodeURIComponent(job.id)}`;
  return (
    <Layout title={`Job ${toVisible(job.id)}`} frame={frame}>
      <div class="heading">
        <h1>
          <span class="quiet">Job </span>
          <span class="mono">
            <Text value={job.id} />
          </span>
        </h1>
        <CopyButton text={job.id} what="the id" />
      </div>
      <div class="columns" data-live="job">
        <section class="panel" aria-labelledby="result">
          <h2 id="result">Result</h2>
          <Result job={job} />
        </section>
        <section class="panel" aria-labelledby="timeline">
          <h2 id="timeline">Timeline</h2>
          <JobTimeline job={job} transitions={transitions} now={frame.now} />
        </section>
        <JobObjects job={job} />
        <JobConfiguration raw={job.raw} />
      </div>
      <section class="panel" aria-labelledby="raw">
        <div class="heading">
          <h2 id="raw">As MPS sent it</h2>
          <span>
            <CopyButton of="raw-text" what="the record" />{' '}
            <a href={toHref(api, new URLSearchParams({ source: job.source, include: 'raw' }))}>as JSON</a>
          </span>
        </div>
        <div data-live="raw">
          <pre id="raw-text">{toVisibleJson(job.raw)}</pre>
        </div>
      </section>
    </Layout>
  );
}

/** Columns that this part shows in its own way, or that have a part of their own. */
const elsewhere = /^(id|raw|state|code|message|(input|output|tile_output)_.*)$/;
const moments: readonly string[] = ['creation_time', 'first_seen_at', 'changed_at', 'missing_since'];

/** Why it failed first; then every column that has a value, by its name in `report.job`, which is what one would query. */
function Result({ job }: { job: JobRow }) {
  const others = Object.entries(job).filter(([name, value]) => value !== null && !elsewhere.test(name));
  return (
    <>
      <p>
        <StateBadge state={job.state} /> {job.code !== null && <SameCode job={job} code={job.code} />}
      </p>
      {job.message !== null && (
        <p>
          <Text value={job.message} />
        </p>
      )}
      <dl class="facts">
        {others.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{moments.includes(name) ? <UtcMoment at={Number(value)} /> : <Text value={String(value)} />}</dd>
          </>
        ))}
      </dl>
    </>
  );
}

function SameCode({ job, code }: { job: JobRow; code: string }) {
  const query = new URLSearchParams({ state: job.state ?? '', code });
  if (job.state === null) query.delete('state');
  return (
    <a href={toHref('/jobs', query)} title="All jobs with this code">
      <code>
        <Text value={code} />
      </code>
    </a>
  );
}

const UtcMoment = ({ at }: { at: number }) => (
  <>
    <Moment at={at} />
    <Utc />
  </>
);

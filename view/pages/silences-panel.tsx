import type { SilenceRow } from '#db/select-alerts.ts';
import { toDurationText } from '#view/pages/duration.ts';
import { NewSilenceForm, type NewSilenceValues } from '#view/pages/new-silence-form.tsx';
import { Moment, Text } from '#view/pages/text.tsx';

interface SilencesProps {
  readonly silences: readonly SilenceRow[];
  readonly now: number;
  /** Whether this view may write to where alerts are kept. */
  readonly canWrite: boolean;
}

/** What is kept quiet, with the form for more of it, or why this view has none. */
export function SilencesSection({ values, ...props }: SilencesProps & { readonly values: NewSilenceValues }) {
  return (
    <section aria-labelledby="silences">
      <h2 id="silences">Silences</h2>
      <div class="panel" data-live="silences">
        <Silences {...props} />
      </div>
      {props.canWrite ? <NewSilenceForm values={values} /> : <NoWriting />}
    </section>
  );
}

function NoWriting() {
  return (
    <p class="quiet">
      Silences cannot be made or ended here, and dead letters not sent again: this view only reads, because{' '}
      <code>DATABASE_URL</code> is not set for it. Set it to the primary database beside <code>VIEW_DATABASE_URL</code>.
    </p>
  );
}

/** The silences in force, each with a way to end it. */
function Silences({ silences, now, canWrite }: SilencesProps) {
  if (silences.length === 0) return <p class="quiet">No silence is in force: every alert is told of.</p>;
  return (
    <ul class="rows">
      {silences.map((silence) => (
        <li>
          <span class="row-main">
            <strong>{`Silence ${silence.id}`}</strong>
            {': '}
            <Matcher silence={silence} />
            {', until '}
            <Moment at={silence.ends_at} />
            <span class="quiet">
              {` (${toDurationText(silence.ends_at - now)} more). `}
              <Text value={silence.reason} />, <Text value={silence.author} />
            </span>
          </span>
          {canWrite && (
            <form method="post" action={`/alerts/silences/${silence.id}/end`}>
              <button type="submit" aria-label={`End now: silence ${silence.id}`}>
                End now
              </button>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
}

function Matcher({ silence }: { silence: SilenceRow }) {
  const parts = (['rule', 'source', 'pipeline_id', 'code'] as const).flatMap((name) => {
    const value = silence[name];
    return value === null ? [] : [{ name: name === 'pipeline_id' ? 'pipeline' : name, value }];
  });
  if (parts.length === 0) return <>every alert</>;
  return (
    <>
      {parts.map(({ name, value }, index) => (
        <>
          {index > 0 && ', '}
          {`${name} `}
          <Text value={value} />
        </>
      ))}
    </>
  );
}

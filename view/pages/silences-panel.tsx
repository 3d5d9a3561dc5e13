import { alertRules } from '#core/alert-notification.ts';
import type { SilenceRow } from '#db/select-alerts.ts';
import { toDurationText } from '#view/pages/duration.ts';
import { Moment, Text } from '#view/pages/text.tsx';

interface SilencesProps {
  readonly silences: readonly SilenceRow[];
  readonly now: number;
  readonly canWrite: boolean;
}

/** The silences in force, each with a way to end it. */
export function Silences({ silences, now, canWrite }: SilencesProps) {
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

/** How long a silence may last: whoever wants more has forgotten it by then. */
export const silenceHours = ['1', '4', '8', '24', '72', '168'] as const;

const hourNames: Readonly<Record<(typeof silenceHours)[number], string>> = {
  '1': '1 hour',
  '4': '4 hours',
  '8': '8 hours',
  '24': '1 day',
  '72': '3 days',
  '168': '7 days',
};

/** What a new silence covers, filled in from the address: from an alert that is to be quiet. */
export type NewSilenceValues = Readonly<Partial<Record<'rule' | 'source' | 'pipeline' | 'code', string | undefined>>>;

export function NewSilenceForm({ values }: { values: NewSilenceValues }) {
  const field = (name: 'source' | 'pipeline' | 'code', label: string) => (
    <label>
      {label}
      <input name={name} value={values[name] ?? ''} placeholder="any" autocomplete="off" spellcheck={false} />
    </label>
  );
  return (
    <details class="panel" id="silence" open={Object.values(values).some((value) => value !== undefined)}>
      <summary>New silence</summary>
      <p class="quiet">
        What it covers is not told of until it ends, and is told of then if it still goes on. A value that ends in{' '}
        <code>*</code> covers all that begin so.
      </p>
      <form class="filters" method="post" action="/alerts/silences">
        <label>
          Rule
          <select name="rule">
            <option value="">any</option>
            {alertRules.map((rule) => (
              <option value={rule} selected={values.rule === rule}>
                {rule}
              </option>
            ))}
          </select>
        </label>
        {field('source', 'Source')}
        {field('pipeline', 'Pipeline')}
        {field('code', 'Error code')}
        <label>
          For
          <select name="hours">
            {silenceHours.map((hours) => (
              <option value={hours} selected={hours === '4'}>
                {hourNames[hours]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Reason
          <input name="reason" required maxlength={500} placeholder="known, being fixed" />
        </label>
        <label>
          Your name
          <input name="author" required maxlength={100} autocomplete="username" />
        </label>
        <p>
          <button type="submit" class="primary">
            Silence
          </button>
        </p>
      </form>
    </details>
  );
}

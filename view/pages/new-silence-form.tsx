import { alertRules } from '#core/alert-notification.ts';

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
  return (
    <details class="panel" id="silence" open={Object.values(values).some((value) => value !== undefined)}>
      <summary>New silence</summary>
      <p class="quiet">
        What it covers is not told of until it ends, and is told of then if it still goes on. A value that ends in{' '}
        <code>*</code> covers all that begin so.
      </p>
      <form class="filters" method="post" action="/alerts/silences">
        <RuleField chosen={values.rule} />
        <MatcherField name="source" label="Source" value={values.source} />
        <MatcherField name="pipeline" label="Pipeline" value={values.pipeline} />
        <MatcherField name="code" label="Error code" value={values.code} />
        <HoursField />
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

function RuleField({ chosen }: { chosen: string | undefined }) {
  return (
    <label>
      Rule
      <select name="rule">
        <option value="">any</option>
        {alertRules.map((rule) => (
          <option value={rule} selected={rule === chosen}>
            {rule}
          </option>
        ))}
      </select>
    </label>
  );
}

function MatcherField({ name, label, value }: { name: string; label: string; value: string | undefined }) {
  return (
    <label>
      {label}
      <input name={name} value={value ?? ''} placeholder="any" autocomplete="off" spellcheck={false} />
    </label>
  );
}

function HoursField() {
  return (
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
  );
}

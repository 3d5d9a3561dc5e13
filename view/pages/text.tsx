import { type KnownState, knownStates, type State } from '#core/state.ts';
import { toVisible } from '#view/pages/visible-text.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

/** A text from MPS: isolated, so that its direction stays its own, and with nothing unseen in it. */
export function Text({ value }: { value: string }) {
  return <bdi>{toVisible(value)}</bdi>;
}

/** A state by its name; mark and colour say nothing that the name does not. */
export function StateBadge({ state }: { state: State }) {
  const known = knownStates.includes(state as KnownState) ? ` state-${state}` : '';
  return <span class={`state${known}`}>{state === null ? 'no state' : <Text value={state} />}</span>;
}

/** A moment (epoch seconds) to the second in UTC; the exact one is the title. The script shows it in the reader's zone. */
export function Moment({ at }: { at: number }) {
  const exact = toRfc3339(at);
  return (
    <time datetime={exact} title={`${exact} (UTC)`}>
      {exact.slice(0, 19).replace('T', ' ')}
    </time>
  );
}

/** What follows a moment in running text, until the script shows it in the reader's zone. */
export const Utc = () => <span data-utc=""> UTC</span>;

/**
 * A long text that has to fit: its beginning gives way, because names of objects and ids of one batch begin alike and
 * end apart. Selecting and copying gives the whole.
 */
export function EndsText({ value, tail = 18 }: { value: string; tail?: number }) {
  const characters = [...toVisible(value)];
  if (characters.length <= tail + 4) return <Text value={value} />;
  return (
    <bdi class="ends">
      <span>{characters.slice(0, -tail).join('')}</span>
      <span>{characters.slice(-tail).join('')}</span>
    </bdi>
  );
}

/** An id in a list: enough of both ends to tell it from its neighbours, and the whole in its title and when copied. */
export function ShortId({ value }: { value: string }) {
  return (
    <span class="short-id mono" title={toVisible(value)}>
      <EndsText value={value} tail={4} />
    </span>
  );
}

/** Copies a text. Without script it is not there. `what` is said to those who cannot see beside what it stands. */
export function CopyButton({ text, of, what }: { text?: string; of?: string; what: string }) {
  return (
    <button type="button" class="copy" data-copy={text ?? ''} data-copy-of={of} aria-label={`Copy ${what}`}>
      Copy
    </button>
  );
}

const wholeNumbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const percents = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const toCountText = (value: number): string => wholeNumbers.format(value);
export const toPercentText = (share: number): string => percents.format(share);

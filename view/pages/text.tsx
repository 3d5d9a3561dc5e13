import { type KnownState, knownStates, type State } from '#core/state.ts';
import { toVisible } from '#view/pages/visible-text.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

/** A text from MPS: isolated, so that its direction stays its own, and with nothing unseen in it. */
export function Text({ value }: { value: string }) {
  return <bdi>{toVisible(value)}</bdi>;
}

/** A state by its name; the colour says nothing that the name does not. */
export function StateBadge({ state }: { state: State }) {
  const known = knownStates.includes(state as KnownState) ? ` state-${state}` : '';
  return <span class={`state${known}`}>{state === null ? 'no state' : <Text value={state} />}</span>;
}

/** A moment (epoch seconds) to the second in UTC; the exact one is the title. */
export function Moment({ at }: { at: number }) {
  const exact = toRfc3339(at);
  return (
    <time datetime={exact} title={`${exact} (UTC)`}>
      {exact.slice(0, 19).replace('T', ' ')}
    </time>
  );
}

import { words } from '#core/words.ts';

/**
 * The life of a snapshot job, and the rule by which a read may change what is stored.
 *
 * MPS documents `Submitted → Snapshoting → Success | Fail` (its spelling) and gives a job no version and no update
 * time, so a read that arrives late can only be told by the state it carries.
 * https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export const knownStates = words('Submitted', 'Snapshoting', 'Success', 'Fail');
export type KnownState = (typeof knownStates)[number];

/** A state as stored: one of `knownStates`, a text that MPS may add one day, or `null` where the job carries none. */
export type State = KnownState | (string & {}) | null;

const terminalStates: readonly State[] = ['Success', 'Fail'];

/** A job in a terminal state changes no more; every other state, an unknown one included, is open. */
export const isTerminal = (state: State): boolean => terminalStates.includes(state);
export const isOpen = (state: State): boolean => !isTerminal(state);

/**
 * How far a state is along the life, to choose between two copies of one job in one page: the further one is newer.
 * Unknown states are open and count as started.
 */
export function toRank(state: State): number {
  switch (state) {
    case 'Submitted':
      return 0;
    case 'Success':
    case 'Fail':
      return 2;
    default:
      return 1;
  }
}

/**
 * The rule stated, and not called by the product, where `mps.regresses` in the database decides; `test/db/write-page.test.ts` compares
 * the two over every pair. Whether moving from `stored` to `incoming` would go backwards, which only an older read can ask for: a
 * terminal state never reopens, and a started job is never merely submitted again.
 */
export function isRegression(stored: State, incoming: State): boolean {
  if (isTerminal(stored)) return isOpen(incoming);
  return stored === 'Snapshoting' && incoming === 'Submitted';
}

export type MergeDecision = 'insert' | 'update' | 'keep';

/**
 * The rule stated, and not called by the product, where `mps.write_page` decides what one read of a job does to the stored row.
 * `test/db/write-page.test.ts` compares the two.
 */
export function decideMerge(
  stored: { state: State; sameRecord: boolean } | undefined,
  incoming: { state: State },
): MergeDecision {
  if (!stored) return 'insert';
  if (stored.sameRecord || isRegression(stored.state, incoming.state)) return 'keep';
  return 'update';
}

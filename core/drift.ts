/**
 * How a stored job may differ from what MPS lists, and how to tell a copy that is wrong from one that is merely a
 * minute behind. A difference counts only if it stays: a run of the sync had the chance to mend it and did not.
 */
import { words } from '#core/words.ts';

export const driftKinds = words('missing', 'stale', 'extra');

/** `missing`: listed, not stored. `stale`: stored otherwise than listed. `extra`: stored, but neither listed nor known. */
type DriftKind = (typeof driftKinds)[number];

/** A job that differs. Creation time in epoch seconds. */
export interface Difference {
  readonly id: string;
  readonly creationTime: number;
  readonly kind: DriftKind;
}

/** A difference under observation. */
export interface Suspect extends Difference {
  /** MPS's record as of the last look, where there is one. */
  readonly record?: string | undefined;
  /** Whether two looks in a row found the same record. One that changes under our eyes cannot be called stale. */
  readonly isSteady: boolean;
}

/** What asking MPS for a job by its id, and the database for its row, came to. */
export interface SecondLook {
  /** `unmentioned`: the answer says nothing of this id, which proves nothing. */
  readonly answer: 'known' | 'unknown' | 'unmentioned';
  /** MPS's record, if known. */
  readonly record?: { readonly text: string; readonly creationTime: number } | undefined;
  /** How the stored row differs from that record. */
  readonly differs?: 'missing' | 'stale' | undefined;
  /** Whether the suspect's row is stored and not marked as missing at MPS. */
  readonly isStored: boolean;
}

/** The suspect after another look, or `undefined` when nothing is left of the suspicion. */
export function reviewSuspect(suspect: Suspect, look: SecondLook): Suspect | undefined {
  const { answer, record, differs, isStored } = look;
  if (answer === 'unmentioned') return suspect;
  const isSame = record?.creationTime === suspect.creationTime;
  if (answer === 'unknown' || (suspect.kind === 'extra' && !isSame)) {
    return isStored ? { ...suspect, kind: 'extra', record: undefined, isSteady: suspect.kind === 'extra' } : undefined;
  }
  if (!differs) return undefined;
  return { ...suspect, kind: differs, record: record?.text, isSteady: record?.text === suspect.record };
}

/** Counts by kind. */
export type DriftCounts = Readonly<Record<DriftKind, number>>;

export const noDrift: DriftCounts = { missing: 0, stale: 0, extra: 0 };

export const totalDrift = (counts: DriftCounts): number => driftKinds.reduce((sum, kind) => sum + counts[kind], 0);

/** `a` and so many differences more. */
export function addDifferences(a: DriftCounts, differences: readonly Difference[]): DriftCounts {
  const counts = { ...a };
  for (const { kind } of differences) counts[kind] += 1;
  return counts;
}

import { toMpsTime } from '#core/clock.ts';
import { type Difference, type DriftCounts, driftKinds, totalDrift } from '#core/drift.ts';
import type { AuditReport } from '#sync/audit.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** `3 missing, 1 stale, 0 extra`. */
export const describeDrift = (drift: DriftCounts): string =>
  driftKinds.map((kind) => `${count(drift[kind])} ${kind}`).join(', ');

/** The last word on a source: what was compared, and what it came to. */
export function describeReport(report: AuditReport): string {
  const verdict = totalDrift(report.drift) > 0 ? `drift: ${describeDrift(report.drift)}` : 'no drift';
  const parts = [`${count(report.listed)} jobs listed`, `${count(report.calls)} calls`];
  if (report.changing > 0) parts.push(`${count(report.changing)} changed at every look`);
  if (report.unchecked > 0) parts.push(`${count(report.unchecked)} counted without a second look`);
  if (report.unusable > 0) parts.push(`${count(report.unusable)} records with something that cannot be stored`);
  return `${verdict} (${parts.join(', ')})`;
}

/** The first few of each kind. */
export const pickExamples = (examples: readonly Difference[], ofEach: number): Difference[] =>
  driftKinds.flatMap((kind) => examples.filter((difference) => difference.kind === kind).slice(0, ofEach));

/** One line a job: what is wrong with it, its id, when it was created. */
export const describeExample = ({ kind, id, creationTime }: Difference): string =>
  `  ${kind.padEnd(7)}  ${id}  ${toMpsTime(creationTime)}`;

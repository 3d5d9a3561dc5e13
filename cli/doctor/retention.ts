import { type Finding, inArea } from '#cli/doctor/check.ts';
import type { Database } from '#db/client.ts';
import { type RetentionFacts, selectRetention } from '#db/select-retention.ts';

/** Whether old months go as they should. */
export const checkRetention = (database: Database): Promise<Finding[]> =>
  selectRetention(database).then(judgeRetention, (thrown) => [inArea('DATABASE_URL').error('retention', thrown)]);

/** Pure. */
export function judgeRetention({ from, sources, overdue, detached, holder }: RetentionFacts): Finding[] {
  const { ok, warn } = inArea('DATABASE_URL');
  const findings: Finding[] = [];
  const see = 'See "Old months go, and old months stay" in docs/operations.md.';
  if (overdue.length > 0) {
    const because = holder ? `: session ${holder} has jobs open` : '';
    const remedy = `End what reads jobs for so long; the next run drops them. ${see}`;
    findings.push(warn('retention', `${list(overdue)} should have been dropped${because}`, remedy));
  }
  if (detached.length > 0) {
    const remedy = `Attach it, move it to another schema, rename it or drop it. ${see}`;
    findings.push(warn('retention', `${list(detached)}: no partition, but named like one`, remedy));
  }
  if (sources.length > 1) {
    const kept = sources.map(({ day, names }) => `${names.join(', ')}: ${day ? `from ${day} on` : 'all'}`).join('; ');
    const remedy = `Give all deployments one RETENTION_MONTHS: the largest counts. ${see}`;
    findings.push(warn('retention', `sources keep different months (${kept})`, remedy));
  }
  if (findings.length > 0) return findings;
  return [ok('retention', from === undefined ? 'all months are kept' : `months from ${toDay(from)} on are kept`)];
}

const list = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

const toDay = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

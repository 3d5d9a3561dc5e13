import type { AlertGroupRow } from '#db/select-alerts.ts';
import { type Column, ColumnHeads } from '#view/pages/column-heads.tsx';
import { toDurationText } from '#view/pages/duration.ts';
import { toHref, toSelection } from '#view/pages/href.ts';
import { EndsText, Moment, ShortId, Text, toCountText } from '#view/pages/text.tsx';
import { toRfc3339 } from '#view/rfc3339.ts';

interface AlertGroupsProps {
  readonly label: string;
  readonly groups: readonly AlertGroupRow[];
  readonly now: number;
  /** Whether silences can be made from here. */
  readonly canSilence: boolean;
}

/** What people call a rule. */
const ruleNames: Readonly<Record<AlertGroupRow['rule'], string>> = {
  'job-failed': 'Jobs failed',
  'failure-rate': 'Failure rate',
  'job-stuck': 'Jobs stuck',
  'sync-stale': 'Sync stale',
  'sync-gaps': 'Sync gaps',
  'source-failing': 'Source failing',
  'unknown-state': 'Unknown state',
  'rejected-records': 'Rejected records',
};

const toColumns = (areOver: boolean, canSilence: boolean): readonly Column[] => [
  { name: 'Alert' },
  { name: 'Status', width: 'c-state' },
  { name: 'Pipeline', width: 'c-pipeline' },
  { name: 'Jobs', width: 'number c-count' },
  { name: 'Began', width: 'c-time' },
  { name: areOver ? 'Ended' : 'Last seen', width: 'c-time' },
  { name: 'Told', width: 'number c-count' },
  ...(canSilence ? [{ name: 'Silence', width: 'c-after', isUnseen: true }] : []),
];

/** Alerts with what each is about and since when; on a narrow screen each is a card of its own. */
export function AlertGroupsTable({ label, groups, now, canSilence }: AlertGroupsProps) {
  const areOver = groups.every(({ status }) => status === 'resolved');
  return (
    <table class="list fixed alerts">
      <caption class="unseen">{label}</caption>
      <ColumnHeads columns={toColumns(areOver, canSilence)} />
      <tbody>
        {groups.map((group) => (
          <Row {...{ group, now, canSilence }} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ group, now, canSilence }: { group: AlertGroupRow; now: number; canSilence: boolean }) {
  const isOver = group.status === 'resolved';
  return (
    <tr>
      <th scope="row" class="wraps">
        <a href={toCauseHref(group)}>{ruleNames[group.rule] ?? group.rule}</a>
        {group.code !== null && (
          <>
            {' '}
            <Text value={group.code} />
          </>
        )}
        {group.again && <span class="quiet"> again</span>}
        {group.detail !== '' && (
          <div class="quiet clamped">
            <Text value={group.detail} />
          </div>
        )}
      </th>
      <td>
        <span class={`pill pill-${group.status}`}>{group.status}</span>
        {group.silence_id !== null && <div class="quiet">{`silence ${group.silence_id}`}</div>}
      </td>
      <td data-label="Pipeline">
        {group.pipeline_id === null ? <EndsText value={group.source} /> : <ShortId value={group.pipeline_id} />}
      </td>
      <td data-label="Jobs" class={group.jobs_total === 0 ? 'number quiet' : 'number'}>
        {toCountText(group.jobs_total)}
      </td>
      <td data-label="Began">
        <Moment at={group.starts_at} />
      </td>
      <td data-label={isOver ? 'Ended' : 'Last seen'}>
        <Moment at={group.ends_at ?? group.active_at} />
        {!isOver && <div class="quiet">{`${toDurationText(now - group.active_at)} ago`}</div>}
      </td>
      <td data-label="Told" class={group.notifications === 0 ? 'number quiet' : 'number'}>
        {`${toCountText(group.notifications)}×`}
      </td>
      {canSilence && (
        <td>
          <a href={toSilenceHref(group)}>Silence…</a>
        </td>
      )}
    </tr>
  );
}

/** Where what it is about can be seen: the jobs of a job's alert, the runs of the sync's. */
function toCauseHref({ rule, source, pipeline_id, code, starts_at }: AlertGroupRow): string {
  const query = new URLSearchParams({ source });
  const [pipeline, ofCode] = [pipeline_id ?? undefined, code ?? undefined];
  if (rule === 'job-failed') {
    const kind = toSelection({ pipeline: pipeline_id, code });
    return toHref('/jobs', query, { state: 'Fail', ...kind, changed_from: toRfc3339(starts_at) });
  }
  if (rule === 'failure-rate') return toHref('/jobs', query, { state: 'Fail', pipeline });
  if (rule === 'job-stuck') return toHref('/jobs', query, { state: 'Submitted,Snapshoting', pipeline });
  if (rule === 'unknown-state') return toHref('/jobs', query, { state: ofCode, pipeline });
  return toHref('/runs', query);
}

/** This page, with the form for a new silence filled in. */
function toSilenceHref({ rule, source, pipeline_id, code }: AlertGroupRow): string {
  const query = new URLSearchParams({ rule, source });
  const href = toHref('/alerts', query, { pipeline: pipeline_id ?? undefined, code: code ?? undefined });
  return `${href}#silence`;
}

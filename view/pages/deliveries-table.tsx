import type { AttemptRow, DeliveryRow } from '#db/select-alerts.ts';
import { ColumnHeads } from '#view/pages/column-heads.tsx';
import { toDurationText } from '#view/pages/duration.ts';
import { Moment, ShortId, Text, toCountText } from '#view/pages/text.tsx';

interface DeliveriesProps {
  readonly label: string;
  readonly deliveries: readonly DeliveryRow[];
  readonly now: number;
  /** Whether dead letters can be sent again from here. */
  readonly canRetry: boolean;
}

const columns = [
  { name: 'Message', width: 'c-pipeline' },
  { name: 'Status', width: 'c-state' },
  { name: 'Channel', width: 'c-state' },
  { name: 'Made', width: 'c-time' },
  { name: 'Tells of', width: 'number c-count' },
  { name: 'Attempts and answers' },
];
const retryColumn = { name: 'Send again', width: 'c-after', isUnseen: true };

/** Messages with what the receiver answered to each attempt. */
export function DeliveriesTable({ label, deliveries, now, canRetry }: DeliveriesProps) {
  return (
    <table class="list fixed">
      <caption class="unseen">{label}</caption>
      <ColumnHeads columns={canRetry ? [...columns, retryColumn] : columns} />
      <tbody>
        {deliveries.map((delivery) => (
          <Row {...{ delivery, now, canRetry }} />
        ))}
      </tbody>
    </table>
  );
}

const pillOf = { pending: 'running', delivered: 'ok', dead: 'failed' } as const;

function Row({ delivery, now, canRetry }: { delivery: DeliveryRow; now: number; canRetry: boolean }) {
  const jobs = delivery.parts.reduce((sum, part) => sum + part.jobs, 0);
  return (
    <tr>
      <th scope="row">
        <ShortId value={delivery.id} />
      </th>
      <td>
        <span class={`pill pill-${pillOf[delivery.status]}`}>{delivery.status}</span>
      </td>
      <td data-label="Channel">
        <Text value={delivery.channel} />
      </td>
      <td data-label="Made">
        <Moment at={delivery.created_at} />
      </td>
      <td data-label="Tells of" class="number">
        {jobs > 0
          ? `${toCountText(jobs)} ${jobs === 1 ? 'job' : 'jobs'}`
          : `${delivery.parts.length} ${delivery.parts.length === 1 ? 'alert' : 'alerts'}`}
      </td>
      <td data-label="Attempts" class="wraps">
        <Attempts delivery={delivery} now={now} />
      </td>
      {canRetry && (
        <td>
          {delivery.status === 'dead' && (
            <form method="post" action={`/alerts/deliveries/${encodeURIComponent(delivery.id)}/retry`}>
              <button type="submit" aria-label={`Send again: ${delivery.id}`}>
                Send again
              </button>
            </form>
          )}
        </td>
      )}
    </tr>
  );
}

function Attempts({ delivery, now }: { delivery: DeliveryRow; now: number }) {
  const { tries, status, next_attempt_at: next } = delivery;
  const waits = status === 'pending' ? ` Next ${next <= now ? 'now' : `in ${toDurationText(next - now)}`}.` : '';
  const last = tries.at(-1);
  if (last === undefined) return <span class="quiet">{`Not tried yet.${waits}`}</span>;
  return (
    <details>
      <summary>{`${tries.length} ${tries.length === 1 ? 'attempt' : 'attempts'}, the last ${describeOutcome(last)}.${waits}`}</summary>
      <ol class="tries">
        {tries.map((attempt) => (
          <li>
            <Moment at={attempt.started_at} />
            {` ${describeOutcome(attempt)}`}
            {attempt.answer !== null && attempt.answer !== '' && (
              <code class="answer">
                <Text value={attempt.answer} />
              </code>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

const outcomes = {
  delivered: 'delivered',
  retry: 'to be tried again',
  refused: 'refused',
  gone: 'refused for good',
} as const;

function describeOutcome({ outcome, status }: AttemptRow): string {
  const text = outcome === null ? 'without an end' : outcomes[outcome];
  return status === null ? text : `${text} (HTTP ${status})`;
}

import type { JobRow } from '#db/select-jobs.ts';
import { ColumnHeads } from '#view/pages/column-heads.tsx';
import { toDurationText } from '#view/pages/duration.ts';
import { toJobHref } from '#view/pages/href.ts';
import { toObjectName } from '#view/pages/object-name.ts';
import { EndsText, Moment, ShortId, StateBadge, Text } from '#view/pages/text.tsx';
import { toVisible } from '#view/pages/visible-text.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

const columns = [
  { name: 'State', width: 'c-state' },
  { name: 'Job', width: 'c-id' },
  { name: 'Pipeline', width: 'c-pipeline' },
  { name: 'Input', width: '' },
  { name: 'Error code', width: '' },
  { name: 'Created', width: 'c-time' },
  { name: 'Changed after', width: 'c-after' },
] as const;

/** Jobs as a table; on a narrow screen each row is a card of its own. */
export function JobsTable({ rows }: { rows: readonly JobRow[] }) {
  return (
    <table class="list fixed">
      <caption class="unseen">Snapshot jobs, newest first</caption>
      <ColumnHeads columns={columns} />
      <tbody>
        {rows.map((row) => (
          <Row row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: JobRow }) {
  const input = row.input_object === null ? null : toObjectName(row.input_object);
  return (
    <tr>
      <td>
        <StateBadge state={row.state} />
      </td>
      <th scope="row">
        <a href={toJobHref(row)}>
          <ShortId value={row.id} />
        </a>
      </th>
      {row.pipeline_id === null ? (
        <td class="none" />
      ) : (
        <td data-label="Pipeline">
          <ShortId value={row.pipeline_id} />
        </td>
      )}
      <PathCell label="Input" text={input} whole={join('/', row.input_bucket, input)} />
      <Result code={row.code} message={row.message} />
      <td data-label="Created">
        <Moment at={row.creation_time} />
      </td>
      <td data-label="Changed after" title={`last change seen at ${toRfc3339(row.changed_at)} (UTC)`}>
        {toDurationText(row.changed_at - row.creation_time)}
      </td>
    </tr>
  );
}

/** Codes of one family begin alike: of those, too, the end shows. The message is in the title. */
function Result({ code, message }: { code: string | null; message: string | null }) {
  if (code === null && message === null) return <td class="none" />;
  return (
    <td data-label="Result" class="path" title={toVisible(join(': ', code, message))}>
      {code === null ? <Text value={message ?? ''} /> : <EndsText value={code} />}
    </td>
  );
}

/** A path: its end tells it apart. What does not fit is whole in the title. */
function PathCell({ label, text, whole }: { label: string; text: string | null; whole: string }) {
  if (!text) return <td class="none" />;
  return (
    <td data-label={label} class="path" title={toVisible(whole)}>
      <EndsText value={text} />
    </td>
  );
}

const join = (separator: string, ...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null).join(separator);

import type { JobRow } from '#db/select-jobs.ts';
import { toJobHref } from '#view/pages/href.ts';
import { toObjectName } from '#view/pages/object-name.ts';
import { EndsText, Moment, ShortId, StateBadge, Text } from '#view/pages/text.tsx';
import { toVisible } from '#view/pages/visible-text.ts';

const columns = [
  { name: 'State', width: 'c-state' },
  { name: 'Job', width: 'c-id' },
  { name: 'Pipeline', width: 'c-pipeline' },
  { name: 'Input', width: 'c-input' },
  { name: 'Code and message', width: 'c-result' },
  { name: 'Created', width: 'c-time' },
  { name: 'Change seen', width: 'c-time' },
] as const;

/** Jobs as a table; on a narrow screen each row is a card of its own. */
export function JobsTable({ rows }: { rows: readonly JobRow[] }) {
  return (
    <table class="list fixed">
      <caption class="unseen">Snapshot jobs, newest first</caption>
      <thead>
        <tr>
          {columns.map(({ name, width }) => (
            <th scope="col" class={width}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
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
      <Cell label="Input" text={input} whole={join('/', row.input_bucket, input)} isPath />
      <Cell label="Result" text={join(': ', row.code, row.message)} />
      <td data-label="Created">
        <Moment at={row.creation_time} />
      </td>
      <td data-label="Change seen">
        <Moment at={row.changed_at} />
      </td>
    </tr>
  );
}

interface CellProps {
  readonly label: string;
  readonly text: string | null;
  readonly whole?: string | null;
  /** Whether its end tells it apart. */
  readonly isPath?: boolean;
}

/** What does not fit is cut off by the style sheet, and whole in the title. */
function Cell({ label, text, whole = text, isPath = false }: CellProps) {
  if (!text) return <td class="none" />;
  return (
    <td data-label={label} title={toVisible(whole ?? text)} class={isPath ? 'path' : 'wraps'}>
      {isPath ? <EndsText value={text} /> : <Text value={text} />}
    </td>
  );
}

const join = (separator: string, ...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null).join(separator);

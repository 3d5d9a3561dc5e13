import type { JobRow } from '#db/select-jobs.ts';
import { toJobHref } from '#view/pages/href.ts';
import { Moment, StateBadge, Text } from '#view/pages/text.tsx';
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
    <table>
      <caption>Snapshot jobs, newest first. Times are UTC.</caption>
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
  return (
    <tr>
      <td>
        <StateBadge state={row.state} />
      </td>
      <th scope="row" class="id" title={toVisible(row.id)}>
        <a href={toJobHref(row)}>
          <Text value={row.id} />
        </a>
      </th>
      <TextCell label="Pipeline" text={row.pipeline_id} />
      <TextCell label="Input" text={row.input_object} whole={join('/', row.input_bucket, row.input_object)} />
      <TextCell label="Result" text={join(': ', row.code, row.message)} />
      <td data-label="Created">
        <Moment at={row.creation_time} />
      </td>
      <td data-label="Change seen">
        <Moment at={row.changed_at} />
      </td>
    </tr>
  );
}

/** What does not fit is cut off by the style sheet, and whole in the title. */
function TextCell({ label, text, whole = text }: { label: string; text: string | null; whole?: string | null }) {
  if (!text) return <td class="none" />;
  return (
    <td data-label={label} title={toVisible(whole ?? text)}>
      <Text value={text} />
    </td>
  );
}

const join = (separator: string, ...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null).join(separator);

import type { JobRow } from '#db/select-jobs.ts';
import { toJobHref } from '#view/pages/href.ts';
import { Moment, StateBadge, Text } from '#view/pages/text.tsx';
import { toVisible } from '#view/pages/visible-text.ts';

/** Jobs as a table; on a narrow screen each row is a card of its own. */
export function JobsTable({ rows }: { rows: readonly JobRow[] }) {
  return (
    <table>
      <caption>Snapshot jobs, newest first. Times are UTC.</caption>
      <thead>
        <tr>
          <th scope="col" class="c-state">
            State
          </th>
          <th scope="col" class="c-id">
            Job
          </th>
          <th scope="col">Pipeline</th>
          <th scope="col">Input</th>
          <th scope="col">Code and message</th>
          <th scope="col" class="c-time">
            Created
          </th>
          <th scope="col" class="c-time">
            Change seen
          </th>
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
      <TextCell label="Pipeline" parts={[row.pipeline_id]} separator="" />
      <TextCell label="Input" parts={[row.input_bucket, row.input_object]} separator="/" />
      <TextCell label="Result" parts={[row.code, row.message]} separator=": " />
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
function TextCell({ label, parts, separator }: { label: string; parts: (string | null)[]; separator: string }) {
  const text = parts.filter((part) => part !== null).join(separator);
  if (text === '') return <td class="none" />;
  return (
    <td data-label={label} title={toVisible(text)}>
      <Text value={text} />
    </td>
  );
}

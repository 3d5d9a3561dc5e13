import { toHref } from '#view/pages/href.ts';
import { Text } from '#view/pages/text.tsx';

const fields = [
  { name: 'input', label: 'Input object', hint: 'uploads/2026-01-31/*' },
  { name: 'id', label: 'Job id', hint: 'one or more, by commas' },
  { name: 'pipeline', label: 'Pipeline', hint: 'id' },
  { name: 'code', label: 'Error code', hint: 'SnapshotTimeOut' },
  { name: 'user_data', label: 'User data', hint: 'asset-1*' },
  { name: 'output', label: 'Output object', hint: 'snapshots/2026*' },
  { name: 'created_from', label: 'Created from (UTC)', hint: '2026-01-31T00:00' },
  { name: 'created_to', label: 'Created before (UTC)', hint: '2026-02-01T00:00' },
  { name: 'changed_from', label: 'Changed from (UTC)', hint: '2026-01-31T00:00' },
  { name: 'source', label: 'Source', hint: 'name' },
] as const;

/** The state has tabs of its own, and a cursor belongs to the filters before. */
const known: readonly string[] = fields.map(({ name }) => name);

/** Filters by form: what is sent is the address, so that it can be kept and passed on. */
export function JobsFilter({ query, hasSources }: { query: URLSearchParams; hasSources: boolean }) {
  const active = [...query].filter(([name]) => name !== 'cursor' && name !== 'state');
  const kept = [...query].filter(([name]) => name !== 'cursor' && !known.includes(name));
  const shown = fields.filter(({ name }) => name !== 'source' || hasSources || query.has('source'));
  return (
    <details class="panel" open={active.length > 0}>
      <summary>{active.length > 0 ? 'Filters' : 'Filter and search'}</summary>
      <Active filters={active} query={query} />
      <form class="filters" method="get" action="/jobs">
        {kept.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {shown.map(({ name, label, hint }) => (
          <label>
            {label}
            <input name={name} value={query.get(name) ?? ''} placeholder={hint} autocomplete="off" spellcheck={false} />
          </label>
        ))}
        <p>
          <button type="submit" class="primary">
            Filter
          </button>
          {query.size > 0 && (
            <a class="button" href="/jobs">
              Show all jobs
            </a>
          )}
        </p>
      </form>
    </details>
  );
}

/** Said, so that nobody takes a part of the jobs for all. */
function Active({ filters, query }: { filters: readonly (readonly [string, string])[]; query: URLSearchParams }) {
  if (filters.length === 0) return null;
  return (
    <p>
      Only jobs{' '}
      {filters.map(([name, value], index) => (
        <>
          {index > 0 && ', '}
          {name === 'without' ? 'without' : `with ${name}`} <Text value={value} /> (
          <a href={toHref('/jobs', query, { [name]: undefined, cursor: undefined })} aria-label={`remove ${name}`}>
            remove
          </a>
          )
        </>
      ))}
      .
    </p>
  );
}

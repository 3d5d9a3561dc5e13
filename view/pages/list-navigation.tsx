import { toHref } from '#view/pages/href.ts';

export interface ListProps {
  /** The list's own page, and the query of its address. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A list by one of its parameters: all, or what has one of the values. */
export function Tabs(props: ListProps & { parameter: string; values: readonly string[]; label: string }) {
  const { path, query, parameter, values, label } = props;
  const current = query.get(parameter) ?? undefined;
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {[undefined, ...values].map((value) => (
          <li>
            <a
              href={toHref(path, query, { [parameter]: value, cursor: undefined })}
              {...(value === current ? { 'aria-current': 'page' as const } : {})}
            >
              {value ?? 'All'}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The ways to a list's beginning and to what follows. */
export function PageLinks(props: ListProps & { nextCursor: string | null; next?: string }) {
  const { path, query, nextCursor, next = 'Older' } = props;
  return (
    <p class="pages" data-live="pages">
      {query.has('cursor') && (
        <a class="button" href={toHref(path, query, { cursor: undefined })}>
          Newest
        </a>
      )}
      {nextCursor !== null && (
        <a class="button" href={toHref(path, query, { cursor: nextCursor })} rel="next">
          {next}
        </a>
      )}
    </p>
  );
}

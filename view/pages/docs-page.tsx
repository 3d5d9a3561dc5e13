import { getOpenApi } from '#view/api/index.ts';
import type { Frame } from '#view/pages/frame.ts';
import { Layout } from '#view/pages/layout.tsx';
import { Text } from '#view/pages/text.tsx';

type Named = { readonly name: string; readonly description?: string };
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly (Named & { readonly in: string; readonly schema: unknown })[];
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: object; readonly $ref?: string }>
  >;
}

/** The API for people, from the document that machines read. */
export function DocsPage({ frame }: { frame: Frame }) {
  const { paths, tags } = getOpenApi();
  const operations = Object.entries(paths).map(([path, { get }]) => ({ path, operation: get as unknown as Operation }));
  return (
    <Layout title="API" at="/docs" frame={frame} renews={false}>
      <div class="heading">
        <h1>API</h1>
        <a class="button" href="/openapi.json">
          openapi.json
        </a>
      </div>
      <section class="panel" aria-label="In general">
        <p>
          Programs send <code>Authorization: Bearer &lt;token&gt;</code>. Lists have a <code>next_cursor</code>, the{' '}
          <code>cursor</code> of their next page, or <code>null</code> after the last. Times are RFC 3339. Several
          values of a parameter are separated by commas. Unknown parameters are refused. Problems are{' '}
          <code>application/problem+json</code> (RFC 9457).
        </p>
        <ul>
          {operations.map(({ path, operation }) => (
            <li>
              <a href={`#${operation.operationId}`}>
                <code>{path}</code>
              </a>{' '}
              <span class="quiet">{operation.summary}</span>
            </li>
          ))}
        </ul>
      </section>
      {(tags as Named[]).map(({ name, description }) => (
        <section aria-labelledby={`tag-${name}`}>
          <h2 id={`tag-${name}`}>{name}</h2>
          <p class="quiet">{description}</p>
          {operations
            .filter(({ operation }) => operation.tags.includes(name))
            .map(({ path, operation }) => (
              <Route path={path} operation={operation} />
            ))}
        </section>
      ))}
    </Layout>
  );
}

function Route({ path, operation }: { path: string; operation: Operation }) {
  const { parameters = [], responses } = operation;
  return (
    <article class="panel route" id={operation.operationId}>
      <h3>
        <code>GET {path}</code> <span class="quiet">{operation.summary}</span>
      </h3>
      {operation.description !== undefined && <p>{withCode(operation.description)}</p>}
      {parameters.length > 0 && (
        <dl class="facts">
          {parameters.map(({ name, description, schema }) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                {withCode(description ?? '')} <span class="quiet">{describeSchema(schema)}</span>
              </dd>
            </>
          ))}
        </dl>
      )}
      <p class="quiet">
        {Object.entries(responses).map(([status, { description, content }], index) => (
          <>
            {index > 0 && ' · '}
            {status}
            {content !== undefined && ` ${description} (${Object.keys(content).join(', ')})`}
          </>
        ))}
      </p>
    </article>
  );
}

/** A text with what stands in backquotes as code. */
const withCode = (text: string) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : <Text value={part} />));

function describeSchema(schema: unknown): string {
  const { type, items, enum: names, minimum, maximum, format } = schema as Record<string, never>;
  if (names) return (names as string[]).join(', ');
  if (type === 'array') return `list: ${describeSchema(items)}`;
  if (minimum !== undefined) return `${minimum} to ${maximum}`;
  return format === 'date-time' ? 'time' : String(type);
}

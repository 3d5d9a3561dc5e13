import * as z from 'zod';
import type { ApiRoute } from '#view/api/route.ts';
import type { Parameter } from '#view/parameters.ts';
import { problem } from '#view/schemas/problem.ts';
import { bodies } from '#view/schemas/registry.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document. */
export interface OpenApi extends JsonObject {
  readonly paths: Readonly<Record<string, { readonly get: JsonObject }>>;
}

const tags = [
  { name: 'Jobs', description: 'The copy of the jobs, and their history.' },
  { name: 'Statistics', description: 'Jobs counted and failures grouped.' },
  { name: 'Sync', description: 'How fresh and complete the copy is.' },
  { name: 'Alerts', description: 'What is told of, and whether it still goes on.' },
  { name: 'Service', description: 'For machines that watch this one.' },
];

/** The document that describes the routes, made of what they check requests with. */
export function createOpenApi(routes: readonly ApiRoute[]): OpenApi {
  return {
    openapi: '3.1.0',
    info: {
      title: 'mps-sync',
      version: '1',
      summary: 'A live copy of ApsaraVideo MPS snapshot jobs.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags,
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: describeRoute(route) }])),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'One of the tokens in VIEW_TOKEN.' },
        session: { type: 'apiKey', in: 'cookie', name: 'mps_session', description: 'What the sign-in page sets.' },
      },
      schemas: describeBodies(),
      responses: refusals,
      headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
    },
  };
}

function describeRoute(route: ApiRoute): JsonObject {
  const { operationId, tag, summary, description, query, isOpen } = route;
  const ids = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => describeId(name ?? ''));
  const parameters = [...ids, ...Object.entries(query).map(([name, parameter]) => describeParameter(name, parameter))];
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(isOpen ? { security: [] } : {}),
    responses: describeResponses(route),
  };
}

const describeId = (name: string): JsonObject => ({
  name,
  in: 'path',
  required: true,
  description: 'The id of a job.',
  schema: { type: 'string', minLength: 1 },
});

function describeParameter(
  name: string,
  { schema, description, isList, describedBy = 'input' }: Parameter,
): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: describedBy });
  const list = isList ? { style: 'form', explode: false } : {};
  return { name, in: 'query', description, ...list, schema: json };
}

function describeResponses({ answer, refuses = [], isOpen }: ApiRoute): JsonObject {
  const content =
    'json' in answer
      ? { 'application/json': { schema: { $ref: toReference(answer.json) } } }
      : Object.fromEntries(
          answer.types.map((type) => [type, { schema: { type: type.endsWith('/json') ? 'object' : 'string' } }]),
        );
  const statuses = ['400', ...(isOpen ? [] : ['401', '429', '503']), '403', ...refuses.map(String)].sort();
  return {
    '200': { description: answer.description, content },
    ...('json' in answer ? { '304': { description: 'As it was when the given `If-None-Match` was answered.' } } : {}),
    ...Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }])),
  };
}

function toReference(schema: z.ZodType): string {
  const id = bodies.get(schema)?.id;
  if (id === undefined) throw new TypeError('the body of a route needs a name: make it with named()');
  return `#/components/schemas/${id}`;
}

/** zod writes `$id` and `$schema` for files of their own; within a document both would be wrong. */
function describeBodies(): JsonObject {
  const { schemas } = z.toJSONSchema(bodies, { uri: (id) => `#/components/schemas/${id}` });
  const plain = ({ $id: _id, $schema: _schema, ...schema }: JsonObject): JsonObject => schema;
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema as JsonObject)]));
}

const refuse = (description: string, headers: JsonObject = {}): JsonObject => ({
  description,
  ...(Object.keys(headers).length === 0 ? {} : { headers }),
  content: { 'application/problem+json': { schema: { $ref: toReference(problem) } } },
});
const retryAfter = { 'Retry-After': { $ref: '#/components/headers/Retry-After' } };

const refusals: JsonObject = {
  '400': refuse('A parameter is unknown, or has a value it cannot take. The detail names it.'),
  '401': refuse('A token is needed.'),
  '403': refuse('A view on loopback was asked under another name than this machine has.'),
  '404': refuse('There is no such job.'),
  '429': refuse('Too many wrong tokens came from there.', retryAfter),
  '503': refuse('The database does not answer in time, or no token is configured. The detail says which.', retryAfter),
};

import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode, toAppError } from '#core/errors.ts';

/** Refusals that only a server over HTTP knows; those of the rest of the product keep their `ErrorCode`. */
type RefusalCode =
  | 'parameter_invalid'
  | 'unauthorized'
  | 'no_token_configured'
  | 'host_refused'
  | 'too_many_failures'
  | 'cross_site'
  | 'not_found'
  | 'method_not_allowed';

/** A problem document (RFC 9457), and the headers that go with it. `detail` is written for the client. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail: string;
  readonly code: RefusalCode | ErrorCode;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request is refused. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export const notFound = (detail: string): Problem => ({ status: 404, title: 'Not Found', code: 'not_found', detail });

export const badParameter = (detail: string): Problem => ({
  status: 400,
  title: 'Bad Request',
  code: 'parameter_invalid',
  detail,
});

/** Seconds after which a client may ask again when the database was away. */
const retryAfterSeconds = 5;

/**
 * What HTTP makes of the product's errors. The details are fixed texts: the messages are for the log, and may name
 * hosts, tables and values.
 */
const ofErrors: Partial<Record<ErrorCode, Omit<Problem, 'code'>>> = {
  database_unavailable: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database does not answer. Nothing is lost: ask again in a few seconds.',
    headers: { 'Retry-After': String(retryAfterSeconds) },
  },
  database_slow: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database took too long for this: ask for a shorter time or with more filters.',
    headers: { 'Retry-After': '30' },
  },
  database_forbidden: {
    status: 503,
    title: 'Service Unavailable',
    detail:
      'The database does not grant the view what this takes: the log says what, and docs/security.md lists the rights of its roles.',
  },
  database_login: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database does not let the view in: the log says why.',
  },
  schema_missing: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database lacks what this release needs: run "npm run migrate".',
  },
  schema_newer: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database belongs to a newer release than this one: deploy that release.',
  },
  config_invalid: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The configuration is not valid. The log names each bad variable and what it wants.',
  },
};

const unexpected: Omit<Problem, 'code'> = {
  status: 500,
  title: 'Internal Server Error',
  detail: 'The request failed for a reason of the server. The log has it.',
};

/** The answer to any thrown value. The one place that maps the product's errors to HTTP. */
export function toProblem(error: unknown): Problem {
  if (error instanceof RefusalError) return error.problem;
  const { code } = toAppError(error);
  return { ...(ofErrors[code] ?? unexpected), code: ofErrors[code] ? code : 'unexpected' };
}

/** Whether a read may succeed when it is tried at once again. */
export const isConnectionLoss = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'database_unavailable';

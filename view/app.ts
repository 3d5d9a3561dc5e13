import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { COMPRESSIBLE_CONTENT_TYPE_REGEX, compress } from 'hono/compress';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Log } from '#core/log.ts';
import type { Database } from '#db/client.ts';
import { type Access, type Doorkeeper, guardAccess } from '#view/access.ts';
import { answerProblem } from '#view/answer-problem.tsx';
import { apiRoutes } from '#view/api/index.ts';
import { mountRoutes } from '#view/api/route.ts';
import { conditional } from '#view/conditional.ts';
import type { ViewContext } from '#view/context.ts';
import { createCursors } from '#view/cursor.ts';
import { createFailureLimit } from '#view/failure-limit.ts';
import { notFound, toProblem } from '#view/problem.ts';
import { createReadDatabase } from '#view/read-database.ts';
import type { ReplicaKey } from '#view/replica/authenticate.ts';
import { isReplicaCall } from '#view/replica/call.ts';
import { createReplica } from '#view/replica/replica.ts';
import { createAlertRoutes } from '#view/routes/alerts.tsx';
import { createAssetRoutes } from '#view/routes/assets.ts';
import { createPageRoutes } from '#view/routes/pages.tsx';
import { createSignInRoutes } from '#view/routes/sign-in.tsx';
import { securityHeaders } from '#view/security-headers.ts';
import { createSessions } from '#view/session.ts';
import { createTokenCheck } from '#view/token-check.ts';

export interface ViewOptions {
  /** Only ever read: a hot standby will do. */
  readonly database: Database;
  /**
   * The primary database, for the forms that make and end silences and send messages again. Without it the pages have
   * no such forms.
   */
  readonly writer?: Database | undefined;
  /** Any of them opens the view. With none, `access` decides. */
  readonly tokens: readonly string[];
  /** `token` where anybody may knock; `loopback` where only this machine can. */
  readonly access: Access;
  readonly log: Log;
  /** Opens the replica of `QuerySnapshotJobList`; without one it refuses every call. */
  readonly replicaKey?: ReplicaKey | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Where the jobs come from, in a few words, for the page's heading. */
  readonly sourceSummary?: string | undefined;
}

/** The view: an app as a value, for any server or function that speaks `Request` and `Response`. */
export function createView(options: ViewOptions): Hono {
  const { access, log } = options;
  const now = () => (options.now ?? Date.now)() / 1000;
  const doorkeeper = createDoorkeeper(options, now);
  const context = createContext(options, now, doorkeeper !== undefined);
  const app = new Hono();
  app.use(
    securityHeaders,
    compress({ encoding: 'gzip', contentTypeFilter: isCompressible }),
    guardAccess(access, doorkeeper),
    bodyLimit({ maxSize: maxBodyBytes }),
  );
  app.use(answerReplica(context, options), methodNotAllowed({ app, onMethodNotAllowed }), conditional);
  mountRoutes(app, apiRoutes, context);
  app.route('/', createAssetRoutes());
  if (doorkeeper) app.route('/', createSignInRoutes(doorkeeper));
  app.route('/', createPageRoutes(context)).route('/', createAlertRoutes(context));
  app.notFound((request) => answerProblem(request, notFound('There is nothing at this address.')));
  app.onError((error, request) => answerError(error, request, log));
  return app;
}

const isCompressible = (type: string): boolean =>
  COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type) || type.startsWith('application/x-ndjson');

/** More than any call of the replica and any form has. */
const maxBodyBytes = 1_000_000;

function createDoorkeeper({ tokens }: ViewOptions, now: () => number): Doorkeeper | undefined {
  const given = tokens.filter((token) => token !== '');
  if (given.length === 0) return undefined;
  return { tokens: createTokenCheck(given), sessions: createSessions(given, now), failures: createFailureLimit(now) };
}

function createContext(options: ViewOptions, now: () => number, hasSessions: boolean): ViewContext {
  return {
    database: createReadDatabase(options.database),
    writer: options.writer,
    cursors: createCursors(options.tokens[0] || options.replicaKey?.secret || 'nobody can be kept out of loopback'),
    now,
    sourceSummary: options.sourceSummary,
    hasSessions,
  };
}

function answerReplica(context: ViewContext, { replicaKey: key, log }: ViewOptions): MiddlewareHandler {
  const answer = createReplica(context, { key, log });
  return async (request, next) => (isReplicaCall(request) ? answer(request) : next());
}

function answerError(error: unknown, request: Context, log: Log): Response | Promise<Response> {
  const problem = toProblem(error);
  const { method, path } = request.req;
  if (problem.status >= 500) log.error({ method, path, code: problem.code, err: error }, 'view_request_failed');
  return answerProblem(request, problem);
}

const onMethodNotAllowed = (request: Context, methods: string[]): Response | Promise<Response> =>
  answerProblem(request, {
    status: 405,
    title: 'Method Not Allowed',
    code: 'method_not_allowed',
    detail: `This address answers ${methods.join(' and ')} only.`,
    headers: { Allow: methods.join(', ') },
  });

import { type Context, Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Log } from '#core/log.ts';
import type { Database } from '#db/client.ts';
import { type Access, guardAccess } from '#view/access.ts';
import { answerProblem } from '#view/answer-problem.tsx';
import type { ViewContext } from '#view/context.ts';
import { notFound, toProblem } from '#view/problem.ts';
import { createReadDatabase } from '#view/read-database.ts';
import { createAssetRoutes } from '#view/routes/assets.ts';
import { createHealthRoutes } from '#view/routes/health-api.ts';
import { createJobRoutes } from '#view/routes/jobs-api.ts';
import { createPageRoutes } from '#view/routes/pages.tsx';
import { createProbeRoutes } from '#view/routes/probes.ts';
import { securityHeaders } from '#view/security-headers.ts';

export interface ViewOptions {
  /** Only ever read: a hot standby will do. */
  readonly database: Database;
  /** Any of them opens the view. With none, `access` decides. */
  readonly tokens: readonly string[];
  /** `token` where anybody may knock; `loopback` where only this machine can. */
  readonly access: Access;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Where the jobs come from, in a few words, for the page's heading. */
  readonly sourceSummary?: string | undefined;
}

/** The view: an app as a value, for any server or function that speaks `Request` and `Response`. */
export function createView({ database, tokens, access, log, now = Date.now, sourceSummary }: ViewOptions): Hono {
  const context: ViewContext = {
    database: createReadDatabase(database),
    now: () => now() / 1000,
    sourceSummary,
  };
  const app = new Hono();
  app.use(securityHeaders, guardAccess(access, tokens), methodNotAllowed({ app, onMethodNotAllowed }));
  app.route('/', createProbeRoutes(context));
  app.route('/', createJobRoutes(context));
  app.route('/', createHealthRoutes(context));
  app.route('/', createAssetRoutes());
  app.route('/', createPageRoutes(context));
  app.notFound((request) => answerProblem(request, notFound('There is nothing at this address.')));
  app.onError((error, request) => answerError(error, request, log));
  return app;
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

import { Hono } from 'hono';
import type { Log } from '#core/log.ts';
import { answerProblem } from '#view/answer-problem.tsx';
import { toProblem } from '#view/problem.ts';
import { securityHeaders } from '#view/security-headers.ts';

/** What is served in place of the view when it cannot be opened: the reason, to every request but `/livez`. */
export function createClosedView(reason: unknown, log: Log): Hono {
  const app = new Hono();
  app.use(securityHeaders);
  app.get('/livez', (request) => request.json({ status: 'ok' }));
  app.all('*', (request) => {
    const problem = toProblem(reason);
    const message = reason instanceof Error ? reason.message : String(reason);
    log.error({ code: problem.code, reason: message }, 'view_closed');
    return answerProblem(request, problem);
  });
  return app;
}

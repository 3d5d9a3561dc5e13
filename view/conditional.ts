import { etag } from 'hono/etag';
import { createMiddleware } from 'hono/factory';

const tagged = etag({ weak: true });

/**
 * Gives the API's JSON a tag by its content, and answers 304 to whoever has it already. An export is not held back
 * for one: it may be endless.
 */
export const conditional = createMiddleware(async (request, next) => {
  const { path } = request.req;
  const isConditional = (path.startsWith('/v1/') && path !== '/v1/export') || path === '/openapi.json';
  if (!isConditional) return next();
  const answer = await tagged(request, next);
  if (request.res.headers.has('ETag')) request.header('Cache-Control', 'private, no-cache');
  return answer;
});

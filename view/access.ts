import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type Problem, RefusalError } from '#view/problem.ts';
import { createTokenCheck } from '#view/token-check.ts';

/**
 * `token`: deployed, whoever asks must have a token. `loopback`: on one's own machine, where a token is asked for only
 * if one is configured.
 */
export type Access = 'token' | 'loopback';

/** The one route that says nothing of anybody: a platform's probe may ask it. */
const openPath = '/livez';

/** Lets a request pass or refuses it. With no token configured a deployed view answers nothing: never open data. */
export function guardAccess(access: Access, configuredTokens: readonly string[]): MiddlewareHandler {
  const tokens = configuredTokens.filter((token) => token !== '');
  if (tokens.length > 0) return requireToken(tokens);
  return access === 'loopback' ? requireLoopbackHost : refuseAll;
}

function requireToken(tokens: readonly string[]): MiddlewareHandler {
  const isKnown = createTokenCheck(tokens);
  return createMiddleware(async ({ req }, next) => {
    const authorization = req.header('authorization');
    if (req.path !== openPath && !isKnown(authorization)) throw new RefusalError(toUnauthorized(authorization));
    await next();
  });
}

/**
 * A page of any website can make its own name point to 127.0.0.1 and then read what is served there (DNS rebinding).
 * It cannot make the browser send another name than its own in `Host`.
 */
const requireLoopbackHost = createMiddleware(async ({ req }, next) => {
  const host = req.header('host') ?? new URL(req.url).host;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host)) throw new RefusalError(hostRefused);
  await next();
});

const refuseAll = createMiddleware(async ({ req }, next) => {
  if (req.path !== openPath) throw new RefusalError(noTokenConfigured);
  await next();
});

const hostRefused: Problem = {
  status: 403,
  title: 'Forbidden',
  code: 'host_refused',
  detail: 'This view serves its own machine only: open it as 127.0.0.1 or localhost, or set VIEW_TOKEN.',
};

const noTokenConfigured: Problem = {
  status: 503,
  title: 'Service Unavailable',
  code: 'no_token_configured',
  detail: 'VIEW_TOKEN is not set, so this view answers nothing: set it to one or more tokens, separated by commas.',
};

const toUnauthorized = (authorization: string | undefined): Problem => ({
  status: 401,
  title: 'Unauthorized',
  code: 'unauthorized',
  detail:
    authorization === undefined
      ? 'A token is needed: send "Authorization: Bearer <token>" with one of the tokens in VIEW_TOKEN.'
      : 'The token is not one of those in VIEW_TOKEN: send "Authorization: Bearer <token>" with one that is.',
  headers: { 'WWW-Authenticate': `Bearer realm="mps-sync"${authorization ? ', error="invalid_token"' : ''}` },
});

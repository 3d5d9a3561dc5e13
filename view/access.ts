import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { FailureLimit } from '#view/failure-limit.ts';
import { type Problem, RefusalError } from '#view/problem.ts';
import { isReplicaCall } from '#view/replica/call.ts';
import type { Sessions } from '#view/session.ts';
import type { TokenCheck } from '#view/token-check.ts';

/**
 * `token`: deployed, whoever asks must have a token. `loopback`: on one's own machine, where a token is asked for only
 * if one is configured.
 */
export type Access = 'token' | 'loopback';

/** What decides about those who have to show who they are. */
export interface Doorkeeper {
  readonly tokens: TokenCheck;
  readonly sessions: Sessions;
  readonly failures: FailureLimit;
}

/** The one route that says nothing of anybody: a platform's probe may ask it. */
const probe = '/livez';
/** Open as well where there are tokens: the way in, and the files it is drawn with, which hold no data. */
const wayIn = /^\/(livez$|sign-in$|assets\/)/;

/**
 * Lets a request pass or refuses it. With no token configured a deployed view answers nothing: never open data. Calls of
 * the replica pass where there are tokens, because they are signed, which the replica checks.
 */
export function guardAccess(access: Access, doorkeeper: Doorkeeper | undefined): MiddlewareHandler {
  if (doorkeeper) return requireToken(doorkeeper);
  return access === 'loopback' ? requireLoopbackHost : refuseAll;
}

function requireToken({ tokens, sessions, failures }: Doorkeeper): MiddlewareHandler {
  return createMiddleware(async (request, next) => {
    const { path } = request.req;
    if (wayIn.test(path) || isReplicaCall(request) || sessions.isSignedIn(request)) return next();
    const authorization = request.req.header('authorization');
    if (authorization === undefined) throw new RefusalError(toUnauthorized(undefined));
    if (tokens.passes(authorization)) return next();
    // Whoever has a good token is never kept out by somebody else's bad ones, which may seem to come from one place.
    const client = toClient(request);
    refuseTooMany(failures, client);
    failures.add(client);
    throw new RefusalError(toUnauthorized(authorization));
  });
}

/** Throws a refusal when too many wrong tokens came from there. */
export function refuseTooMany(failures: FailureLimit, client: string): void {
  const seconds = failures.waitSeconds(client);
  if (seconds > 0) throw new RefusalError(tooManyFailures(seconds));
}

/** The address that the nearest proxy saw: what stands before it in the header, the client may have made up. */
export const toClient = ({ req }: Context): string =>
  req.header('x-forwarded-for')?.split(',').at(-1)?.trim() || 'direct';

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
  if (req.path !== probe) throw new RefusalError(noTokenConfigured);
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

const tooManyFailures = (seconds: number): Problem => ({
  status: 429,
  title: 'Too Many Requests',
  code: 'too_many_failures',
  detail: `Too many wrong tokens came from this address: try again in ${seconds} s.`,
  headers: { 'Retry-After': String(seconds) },
});

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

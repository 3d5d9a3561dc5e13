import { createMiddleware } from 'hono/factory';
import { RefusalError } from '#view/problem.ts';

/**
 * Refuses what a page of another website makes a browser send. Browsers say in `Sec-Fetch-Site` where a request is from;
 * an older one says it in `Origin`, unless that is `null`, and then the cookie, which is SameSite=Strict, is not sent
 * along either.
 */
export const requireSameOrigin = createMiddleware(async ({ req }, next) => {
  const site = req.header('sec-fetch-site');
  const origin = req.header('origin');
  const isOwn = site ? site === 'same-origin' || site === 'none' : isOwnOrigin(origin, req.header('host'));
  if (!isOwn) throw new RefusalError(crossSite);
  await next();
});

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin === 'null') return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

const crossSite = {
  status: 403,
  title: 'Forbidden',
  code: 'cross_site',
  detail: 'This was sent from another website. Open the view itself and try again.',
} as const;

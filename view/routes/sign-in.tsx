import { type Context, Hono } from 'hono';
import { type Doorkeeper, refuseTooMany, toClient } from '#view/access.ts';
import { readForm } from '#view/form.ts';
import { toDocument } from '#view/pages/document.ts';
import { SignInPage } from '#view/pages/sign-in-page.tsx';
import { RefusalError } from '#view/problem.ts';
import { requireSameOrigin } from '#view/same-origin.ts';

/** Signing in with a token, and out. */
export function createSignInRoutes({ tokens, sessions, failures }: Doorkeeper): Hono {
  return new Hono()
    .get('/sign-in', (request) =>
      sessions.isSignedIn(request)
        ? request.redirect(toLocalPath(request.req.query('next')), 303)
        : request.html(toDocument(<SignInPage next={toLocalPath(request.req.query('next'))} />)),
    )
    .post('/sign-in', requireSameOrigin, async (request) => {
      const { token, next } = await readAnswers(request);
      const client = toClient(request);
      try {
        refuseTooMany(failures, client);
      } catch (error) {
        if (!(error instanceof RefusalError)) throw error;
        const { status, headers, detail } = error.problem;
        return request.html(toDocument(<SignInPage next={next} refusal={detail} />), status, { ...headers });
      }
      const known = tokens.find(token);
      if (known === undefined) {
        failures.add(client);
        return request.html(toDocument(<SignInPage next={next} refusal="That is none of this view's tokens." />), 401);
      }
      sessions.begin(request, known);
      return request.redirect(next, 303);
    })
    .post('/sign-out', requireSameOrigin, (request) => {
      sessions.end(request);
      return request.redirect('/sign-in', 303);
    });
}

async function readAnswers(request: Context): Promise<{ token: string; next: string }> {
  const form = await readForm(request);
  const read = (name: string) => (typeof form[name] === 'string' ? form[name].trim() : '');
  return { token: read('token'), next: toLocalPath(read('next')) };
}

/** A path of this view, whatever was asked for: nobody is to be sent elsewhere from here. */
function toLocalPath(next: string | undefined): string {
  const origin = 'http://view.invalid';
  if (!next?.startsWith('/') || !URL.canParse(next, origin)) return '/';
  const url = new URL(next, origin);
  const isOwn = url.origin === origin && !url.pathname.startsWith('//') && url.pathname !== '/sign-in';
  return isOwn ? `${url.pathname}${url.search}` : '/';
}

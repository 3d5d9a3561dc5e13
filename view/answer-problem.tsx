import type { Context } from 'hono';
import { toDocument } from '#view/pages/document.ts';
import { ProblemPage } from '#view/pages/problem-page.tsx';
import { ComeAgainPage, SignInPage } from '#view/pages/sign-in-page.tsx';
import type { Problem } from '#view/problem.ts';

/** A problem as this client reads it: a page for a browser on a page's address, a problem document for all else. */
export function answerProblem(context: Context, problem: Problem): Response | Promise<Response> {
  const headers = { ...problem.headers };
  if (isForPeople(context)) return context.html(toDocument(toPage(context, problem)), problem.status, headers);
  const { status, title, detail, code } = problem;
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code });
  return context.body(body, status, { ...headers, 'Content-Type': 'application/problem+json' });
}

function isForPeople({ req }: Context): boolean {
  const accepts = req.header('accept') ?? '';
  return /\btext\/html\b/i.test(accepts) && !/^\/(v1|assets|livez|readyz|metrics|openapi\.json)(\/|$)/.test(req.path);
}

function toPage({ req }: Context, problem: Problem) {
  if (problem.code !== 'unauthorized') return <ProblemPage problem={problem} />;
  const { pathname, search } = new URL(req.url);
  const here = `${pathname.replace(/^\/+/, '/')}${search}`;
  if (req.header('sec-fetch-site') === 'cross-site') return <ComeAgainPage href={here} />;
  return <SignInPage next={here} />;
}

import type { Child } from 'hono/jsx';
import { Layout } from '#view/pages/layout.tsx';
import type { Problem } from '#view/problem.ts';

/** A problem for people. A page that will come back by itself says so and looks again. */
export function ProblemPage({ problem }: { problem: Problem }) {
  const isShut = shut.includes(problem.code);
  const returns = problem.status === 503 && !isShut;
  const Frame = returns ? Layout : BareFrame;
  return (
    <Frame title={problem.title}>
      <h1>{problem.title}</h1>
      <p>{problem.detail}</p>
      {returns && <p>This page looks again by itself every few seconds.</p>}
      {problem.code === 'unauthorized' && <HowToGetIn />}
      {!returns && !isShut && (
        <p>
          <a href="/">All jobs</a>
        </p>
      )}
    </Frame>
  );
}

/** Refusals of whoever asks: their pages can load nothing, because the style sheet would be refused as well. */
const shut: readonly Problem['code'][] = ['unauthorized', 'no_token_configured', 'host_refused'];

function HowToGetIn() {
  return (
    <>
      <p>A browser cannot send a token yet. The same data as JSON, from a command line:</p>
      <pre>curl -H "Authorization: Bearer $VIEW_TOKEN" "$VIEW_URL/v1/jobs"</pre>
    </>
  );
}

/** A page that asks the server for nothing more: the browser's own style, light or dark. */
function BareFrame({ title, children }: { title: string; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · mps-sync`}</title>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}

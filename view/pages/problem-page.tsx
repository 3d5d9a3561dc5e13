import { Layout } from '#view/pages/layout.tsx';
import { Text } from '#view/pages/text.tsx';
import type { Problem } from '#view/problem.ts';

/** A problem for people. A page that will come back by itself says so and looks again. */
export function ProblemPage({ problem }: { problem: Problem }) {
  if (shut.includes(problem.code)) return <ShutPage problem={problem} />;
  const renews = problem.status === 503;
  return (
    <Layout title={problem.title} renews={renews}>
      <h1>{problem.title}</h1>
      <section class="panel" aria-label="What happened">
        <p>
          <Text value={problem.detail} />
        </p>
        <p class="quiet">
          {renews ? 'This page looks again by itself every few seconds.' : <a href="/jobs">All jobs</a>}
        </p>
      </section>
    </Layout>
  );
}

/** Refusals of whoever asks: their pages can load nothing, because the style sheet would be refused as well. */
const shut: readonly Problem['code'][] = ['no_token_configured', 'host_refused'];

/** A page that asks the server for nothing more: the browser's own style, light or dark. */
function ShutPage({ problem }: { problem: Problem }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${problem.title} · mps-sync`}</title>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <main>
          <h1>{problem.title}</h1>
          <p>{problem.detail}</p>
        </main>
      </body>
    </html>
  );
}

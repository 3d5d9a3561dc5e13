import { Layout } from '#view/pages/layout.tsx';

/** The way in for people. `next` is where they wanted to go; `refusal` why the last try did not do. */
export function SignInPage({ next, refusal }: { next: string; refusal?: string | undefined }) {
  return (
    <Layout title="Sign in" renews={false} hasPages={false}>
      <form class="sign-in panel" method="post" action="/sign-in">
        <h1>Sign in</h1>
        <p class="quiet">
          With one of the tokens in <code>VIEW_TOKEN</code>. Programs send it as <code>Authorization: Bearer …</code>
        </p>
        {refusal !== undefined && (
          <p class="warning" id="refusal" role="alert">
            {refusal}
          </p>
        )}
        <input type="hidden" name="next" value={next} />
        <label>
          Token
          <input
            type="password"
            name="token"
            required
            autocomplete="current-password"
            {...(refusal === undefined ? {} : { 'aria-describedby': 'refusal', 'aria-invalid': 'true' })}
          />
        </label>
        <p>
          <button type="submit" class="primary">
            Sign in
          </button>
        </p>
      </form>
    </Layout>
  );
}

/**
 * Whoever follows a link from elsewhere, an alert in a chat for example, comes without the cookie, which is
 * SameSite=Strict: this page asks once more, from here, and then the browser sends it.
 */
export function ComeAgainPage({ href }: { href: string }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="refresh" content={`0;url=${href}`} />
        <title>mps-sync</title>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <main>
          <h1>mps-sync</h1>
          <p>
            <a href={href}>Go on</a>
          </p>
        </main>
      </body>
    </html>
  );
}

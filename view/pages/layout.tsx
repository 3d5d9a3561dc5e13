import type { Child } from 'hono/jsx';
import { refreshScript, styleSheet } from '#view/assets/asset.ts';
import { Text } from '#view/pages/text.tsx';

export interface LayoutProps {
  readonly title: string;
  readonly children: Child;
  readonly sourceSummary?: string | undefined;
  /** Whether the page looks again by itself, by the script or where there is none by the browser. Default yes. */
  readonly renews?: boolean | undefined;
}

/** Drawn here, so that no browser asks for a file of its own guess. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b5cad'/%3E%3Cpath d='M4 4h8v8H4z' fill='%23fff'/%3E%3C/svg%3E";

/** The frame of every page. */
export function Layout({ title, sourceSummary, renews = true, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · mps-sync`}</title>
        <link rel="icon" href={icon} />
        <link rel="stylesheet" href={styleSheet.path} />
        {renews && (
          <>
            <script src={refreshScript.path} defer />
            <noscript>
              <meta http-equiv="refresh" content="15" />
            </noscript>
          </>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header>
          <a href="/">mps-sync</a>
          <span>
            <Text value={sourceSummary ?? 'ApsaraVideo MPS snapshot jobs'} />
          </span>
        </header>
        <main id="main" tabindex={-1}>
          {children}
          <p id="refresh-status" class="warning" role="status" />
        </main>
        <footer>
          As JSON: <a href="/v1/jobs">/v1/jobs</a>, <a href="/v1/health">/v1/health</a>
        </footer>
      </body>
    </html>
  );
}

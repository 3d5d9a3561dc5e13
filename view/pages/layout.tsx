import type { Child } from 'hono/jsx';
import { refreshScript, styleSheet } from '#view/assets/asset.ts';

export interface LayoutProps {
  readonly title: string;
  readonly children: Child;
  readonly sourceSummary?: string | undefined;
}

/** A cut-off film strip, drawn here because a page may load images from nowhere else. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b5cad'/%3E%3Cpath d='M4 4h8v8H4z' fill='%23fff'/%3E%3C/svg%3E";

/** The frame of every page. It renews itself: by the script, or where there is none by the browser. */
export function Layout({ title, sourceSummary, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · mps-sync`}</title>
        <link rel="icon" href={icon} />
        <link rel="stylesheet" href={styleSheet.path} />
        <script src={refreshScript.path} defer />
        <noscript>
          <meta http-equiv="refresh" content="15" />
        </noscript>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header>
          <a href="/">mps-sync</a>
          <span>{sourceSummary ?? 'ApsaraVideo MPS snapshot jobs'}</span>
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

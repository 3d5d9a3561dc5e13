import type { Child } from 'hono/jsx';
import { chartScript, chartStyle, pageScript, styleSheet } from '#view/assets/asset.ts';
import type { Frame } from '#view/pages/frame.ts';
import { FreshnessPill } from '#view/pages/freshness-pill.tsx';
import { Text } from '#view/pages/text.tsx';

/** The pages that the navigation names. Each is there as soon as it has something to show. */
const pages = [
  { path: '/', name: 'Overview' },
  { path: '/jobs', name: 'Jobs' },
  { path: '/failures', name: 'Failures' },
  { path: '/runs', name: 'Runs' },
  { path: '/alerts', name: 'Alerts' },
  { path: '/docs', name: 'API' },
] as const;

export interface LayoutProps {
  readonly title: string;
  readonly children: Child;
  /** Missing where nothing could be read. */
  readonly frame?: Frame | undefined;
  /** The page's place in the navigation. */
  readonly at?: (typeof pages)[number]['path'];
  /** Whether the page looks again by itself, by the script or where there is none by the browser. Default yes. */
  readonly renews?: boolean | undefined;
  readonly hasChart?: boolean;
  /** Whether pages may be gone to from here. Default yes. */
  readonly hasPages?: boolean;
}

/** Drawn here, so that no browser asks for a file of its own guess. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b6478'/%3E%3Cpath d='M4 5h8v6H4z' fill='%23fff'/%3E%3Ccircle cx='8' cy='8' r='1.7' fill='%230b6478'/%3E%3C/svg%3E";

/** The frame of every page. */
export function Layout(props: LayoutProps) {
  const { title, frame, at, renews = true, hasPages = true, children } = props;
  return (
    <html lang="en">
      <Head {...props} />
      <body {...(renews ? { 'data-renews': '' } : {})}>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="top">
          <div>
            <a class="brand" href="/">
              mps-sync
            </a>
            {hasPages && <Navigation at={at} />}
            {frame && <HeaderEnd frame={frame} />}
          </div>
        </header>
        <main id="main" tabindex={-1} aria-label={title}>
          {children}
          <p id="refresh-status" class="warning" role="status" />
        </main>
        <footer>
          <span>
            <Text value={frame?.sourceSummary ?? 'ApsaraVideo MPS snapshot jobs'} />
          </span>
          <span data-zone>Times are UTC.</span>
        </footer>
      </body>
    </html>
  );
}

function Head({ title, renews = true, hasChart = false }: LayoutProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · mps-sync`}</title>
      <link rel="icon" href={icon} />
      <link rel="stylesheet" href={styleSheet.path} />
      {hasChart && <link rel="stylesheet" href={chartStyle.path} />}
      <script src={pageScript.path} defer />
      {hasChart && <script src={chartScript.path} defer />}
      {renews && (
        <noscript>
          <meta http-equiv="refresh" content="15" />
        </noscript>
      )}
    </head>
  );
}

function Navigation({ at }: { at: string | undefined }) {
  return (
    <nav aria-label="Pages">
      <ul>
        {pages.map(({ path, name }) => (
          <li>
            <a href={path} {...(path === at ? { 'aria-current': 'page' as const } : {})}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function HeaderEnd({ frame }: { frame: Frame }) {
  return (
    <div class="top-end">
      <FreshnessPill frame={frame} />
      {frame.hasSessions && (
        <form method="post" action="/sign-out">
          <button type="submit">Sign out</button>
        </form>
      )}
    </div>
  );
}

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import type { RawJob } from '#simulator/job.ts';

/** What a test may vary in a call. Headers and query changed by `tamper` are changed after signing. */
export interface CallOptions {
  readonly accessKeyId?: string;
  readonly secret?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly method?: string;
  readonly body?: string;
  readonly signedHeaders?: (names: string[]) => string[];
  readonly tamper?: (request: { query: string; headers: Record<string, string> }) => void;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: ReplyBody;
}

interface ReplyBody {
  readonly SnapshotJobList: { readonly SnapshotJob: RawJob[] };
  readonly NonExistSnapshotJobIds?: { readonly String: string[] };
  readonly RequestId: string;
  readonly NextPageToken?: string;
  readonly Code?: string;
  readonly Message?: string;
  readonly HostId?: string;
  readonly Recommend?: string;
  readonly AccessDeniedDetail?: Record<string, string>;
}

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Sends one V3-signed call and reads the answer; a body that is not JSON gives an empty `body`. */
export async function call(
  url: string,
  params: Record<string, string> = {},
  options: CallOptions = {},
): Promise<Reply> {
  const body = options.body ?? '';
  const query = Object.entries(params)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const request = { query, headers: signedHeaders(url, query, body, options) };
  options.tamper?.(request);
  const { host: _, ...headers } = request.headers;
  const response = await fetch(`${url}/?${request.query}`, {
    method: options.method ?? 'POST',
    headers,
    ...(body !== '' && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function signedHeaders(url: string, query: string, body: string, options: CallOptions): Record<string, string> {
  const wanted: Record<string, string | undefined> = {
    host: new URL(url).host,
    'x-acs-action': 'QuerySnapshotJobList',
    'x-acs-version': '2014-06-18',
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256(body),
    ...options.headers,
  };
  const headers = Object.fromEntries(
    Object.entries(wanted).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const names = (options.signedHeaders ?? ((all) => all))(Object.keys(headers).sort());
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const canonical = [options.method ?? 'POST', '/', query, lines, names.join(';'), sha256(body)].join('\n');
  const signature = createHmac('sha256', options.secret ?? DEMO_ACCESS_KEY_SECRET)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  const credential = options.accessKeyId ?? DEMO_ACCESS_KEY_ID;
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return headers;
}

function parse(text: string): ReplyBody {
  try {
    return JSON.parse(text) as ReplyBody;
  } catch {
    return {} as ReplyBody;
  }
}

/** Follows tokens to the end; answers the pages. */
export async function readPages(url: string, params: Record<string, string> = {}): Promise<Reply[]> {
  const pages: Reply[] = [];
  let token: string | undefined;
  do {
    const page = await call(url, { ...params, ...(token && { NextPageToken: token }) });
    if (page.status !== 200) {
      throw new Error(page.text);
    }
    pages.push(page);
    token = page.body.NextPageToken;
  } while (token);
  return pages;
}

/** The jobs of the pages, in the order they came. */
export const jobsOf = (pages: readonly Reply[]): RawJob[] =>
  pages.flatMap((page) => page.body.SnapshotJobList.SnapshotJob);

/** The ids of the pages, in the order they came. */
export const idsOf = (pages: readonly Reply[]): unknown[] => jobsOf(pages).map((job) => job.Id);

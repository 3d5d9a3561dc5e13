import { randomUUID } from 'node:crypto';
import type { Credentials } from '#mps/credentials.ts';
import { signRequest } from '#mps/sign.ts';
import { expectOk } from './view-ask.ts';

export interface SoakedView {
  readonly url: string;
  /** Opens the replica. */
  readonly key: Credentials;
}

const paths = [
  ...['/', '/jobs', '/jobs?state=Fail', '/failures', '/runs', '/alerts', '/docs'],
  ...['/v1/stats', '/v1/failures', '/v1/runs', '/v1/alerts', '/v1/health', '/metrics', '/openapi.json'],
  ...['/v1/export?limit=2000', '/v1/export?format=csv&limit=2000&state=Fail'],
];

/** Reads all that the view has to show, as people and programs do: pages, lists, an export, the newest job and the replica. */
export async function readView(view: SoakedView): Promise<void> {
  const { jobs } = (await (await ask(view, '/v1/jobs?limit=100')).json()) as { jobs: { id: string }[] };
  const [newest] = jobs;
  const ofNewest = newest
    ? [`/jobs/${newest.id}`, `/v1/jobs/${newest.id}?include=raw`, `/v1/jobs/${newest.id}/transitions`]
    : [];
  await Promise.all([...paths, ...ofNewest].map(async (path) => (await ask(view, path)).text()));
  await (await askReplica(view)).text();
}

const ask = async ({ url }: SoakedView, path: string): Promise<Response> => expectOk(await fetch(new URL(path, url)));

async function askReplica({ url, key }: SoakedView): Promise<Response> {
  const { origin, host } = new URL(url);
  const query = { MaximumPageSize: '100' };
  const operation = { action: 'QuerySnapshotJobList', version: '2014-06-18', query };
  const request = { method: 'POST', host, ...operation, now: Date.now(), nonce: randomUUID() } as const;
  const address = `${origin}/?${new URLSearchParams(query)}`;
  return expectOk(await fetch(address, { method: 'POST', headers: signRequest(request, key) }));
}

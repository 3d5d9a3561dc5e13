import * as Mts from '@alicloud/mts20140618';
import { $OpenApiUtil } from '@alicloud/openapi-core';

type MtsClass = typeof Mts.default.default;
export type Client = InstanceType<MtsClass>;
export type Query = ConstructorParameters<typeof Mts.QuerySnapshotJobListRequest>[0];

/** The package is CommonJS: depending on the loader its class is `default` or, as the types say, `default.default`. */
const MtsClient: MtsClass = Mts.default.default ?? (Mts.default as unknown as MtsClass);

/** The official SDK's client, as any user would make it, but for the endpoint. */
export function createClient(url: string, config: Record<string, unknown>): Client {
  const endpoint = new URL(url).host;
  return new MtsClient(new $OpenApiUtil.Config({ protocol: 'HTTP', regionId: 'cn-hangzhou', ...config, endpoint }));
}

/** One call; what it answers but for what is new each time. */
export async function query(client: Client, fields: Query = {}) {
  const { body } = await client.querySnapshotJobList(new Mts.QuerySnapshotJobListRequest(fields));
  const { requestId, nextPageToken, ...rest } = body?.toMap() ? (body as unknown as Record<string, unknown>) : {};
  return { token: nextPageToken as string | undefined, answer: rest, requestId };
}

/** Every page of a listing. */
export async function queryAll(client: Client, fields: Query = {}) {
  const pages = [await query(client, fields)];
  for (let token = pages[0]?.token; token; token = pages.at(-1)?.token) {
    pages.push(await query(client, { ...fields, nextPageToken: token }));
  }
  return pages.map(({ answer, token }) => ({ answer, goesOn: token !== undefined }));
}

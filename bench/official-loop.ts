import * as Mts from '@alicloud/mts20140618';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { toMpsTime } from '#core/clock.ts';
import { parseRecords } from '#core/job.ts';
import type { WritableDatabase } from '#db/client.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { upsertColumns } from './plain-table.ts';

type MtsClass = typeof Mts.default.default;

/** The package is CommonJS: depending on the loader its class is `default` or, as the types say, `default.default`. */
const MtsClient: MtsClass = Mts.default.default ?? (Mts.default as unknown as MtsClass);

/**
 * The usual way to copy jobs: the official SDK page after page, each stored by one upsert of several rows, whose
 * columns are read from the record by the client. Reads so many
 * pages at most and returns the jobs stored and the time it took, in ms.
 */
export async function copyByOfficialLoop(options: {
  url: string;
  database: WritableDatabase;
  from: number;
  to: number;
  pages: number;
}): Promise<{ jobs: number; ms: number }> {
  const client = new MtsClient(
    new $OpenApiUtil.Config({
      protocol: 'HTTP',
      regionId: 'cn-hangzhou',
      endpoint: new URL(options.url).host,
      accessKeyId: DEMO_ACCESS_KEY_ID,
      accessKeySecret: DEMO_ACCESS_KEY_SECRET,
    }),
  );
  const range = {
    startOfJobCreatedTimeRange: toMpsTime(options.from),
    endOfJobCreatedTimeRange: toMpsTime(options.to),
    maximumPageSize: 300,
  };
  const begun = performance.now();
  let jobs = 0;
  let nextPageToken: string | undefined;
  for (let page = 0; page < options.pages; page += 1) {
    const request = new Mts.QuerySnapshotJobListRequest({ ...range, nextPageToken });
    const { body } = await client.querySnapshotJobList(request);
    const listed = (body?.snapshotJobList?.snapshotJob ?? []).map((job) => job.toMap());
    const { jobs: records } = parseRecords(listed);
    if (records.length > 0) await upsertColumns(options.database, records);
    jobs += records.length;
    nextPageToken = body?.nextPageToken;
    if (!nextPageToken) break;
  }
  return { jobs, ms: performance.now() - begun };
}

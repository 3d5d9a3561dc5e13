import type { Listing } from './listing.ts';
import type { Settings } from './options.ts';

const COMMA = Buffer.from(',');

/**
 * The JSON body of a successful call, UTF-8. The jobs are bytes already, so that a page costs a copy: joined as strings, one
 * Chinese character in one job made the whole page twice as wide and twice as slow.
 */
export function printListing(listing: Listing, requestId: string, settings: Settings): Buffer {
  const flat = settings.listShape === 'flat';
  const head = `{"SnapshotJobList":${flat ? '[' : '{"SnapshotJob":['}`;
  const tail = [flat ? ']' : ']}', `"RequestId":"${requestId}"`];
  if (listing.unknownIds.length > 0) {
    const ids = JSON.stringify(listing.unknownIds);
    tail.push(`"NonExistSnapshotJobIds":${flat ? ids : `{"String":${ids}}`}`);
  }
  if (listing.nextPageToken !== undefined || settings.emptyTokenAs === 'empty') {
    tail.push(`"NextPageToken":"${listing.nextPageToken ?? ''}"`);
  }
  const jobs = listing.jobs.flatMap((job, index) => (index === 0 ? [job] : [COMMA, job]));
  return Buffer.concat([Buffer.from(head), ...jobs, Buffer.from(`${tail.join(',')}}`)]);
}

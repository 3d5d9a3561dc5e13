/** A view that streams an export to nobody, in a process of its own whose memory is bounded. */
import { silentLog } from '#core/log.ts';
import { createReader } from '#db/reader.ts';
import { createView } from '#view/app.ts';

const [url = '', path = ''] = process.argv.slice(2);
const database = createReader({ url, connections: 1, statementTimeoutMs: 30_000 });
const app = createView({ database, tokens: [], access: 'loopback', log: silentLog });
const answer = await app.request(path);
let [bytes, lines] = [0, 0];
for await (const chunk of answer.body ?? []) {
  bytes += chunk.length;
  lines += Buffer.from(chunk).toString('latin1').split('\n').length - 1;
}
await database.close();
process.stdout.write(
  JSON.stringify({ status: answer.status, bytes, lines, peakMb: process.resourceUsage().maxRSS / 1024 }),
);

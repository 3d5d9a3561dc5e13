import { measureMs } from './statistics.ts';
import { type Ask, expectOk } from './view-ask.ts';

export interface Exported {
  readonly rowsPerSecond: number;
  /** How much more memory the process had at its fullest, the second half against the first. */
  readonly growthMb: number;
}

/** The same export three times. */
export async function measureExports(ask: Ask, limit: number): Promise<Exported[]> {
  const exported: Exported[] = [];
  for (let round = 0; round < 3; round += 1) exported.push(await measureExport(ask, limit));
  return exported;
}

/** A streamed export, thrown away as it comes. */
async function measureExport(ask: Ask, limit: number): Promise<Exported> {
  const answer = await expectOk(await ask(`/v1/export?limit=${limit + 10_001}`));
  const halves = [0, 0];
  let lines = 0;
  const ms = await measureMs(async () => {
    for await (const chunk of answer.body ?? []) {
      lines += countLines(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      const half = lines * 2 < limit ? 0 : 1;
      halves[half] = Math.max(halves[half] ?? 0, process.memoryUsage.rss() / 2 ** 20);
      if (lines >= limit) break;
    }
  });
  const [first = 0, second = 0] = halves;
  return { rowsPerSecond: (lines / ms) * 1000, growthMb: Math.max(0, second - first) };
}

/** Looking at each byte would take as long as the export. */
function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

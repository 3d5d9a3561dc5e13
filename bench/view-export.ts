import { measureMs } from './statistics.ts';
import { type Ask, expectOk } from './view-ask.ts';

export interface Exported {
  readonly rowsPerSecond: number;
  /** How much more memory the process had at its fullest, the second half against the first. */
  readonly growthMb: number;
}

/** A streamed export, thrown away as it comes. */
export async function measureExport(ask: Ask, limit: number): Promise<Exported> {
  const answer = await expectOk(await ask(`/v1/export?limit=${limit + 10_001}`));
  const halves = [0, 0];
  let lines = 0;
  const ms = await measureMs(async () => {
    for await (const chunk of answer.body ?? []) {
      for (const byte of chunk) if (byte === 10) lines += 1;
      const half = lines * 2 < limit ? 0 : 1;
      halves[half] = Math.max(halves[half] ?? 0, process.memoryUsage.rss() / 2 ** 20);
      if (lines >= limit) break;
    }
  });
  const [first = 0, second = 0] = halves;
  return { rowsPerSecond: (lines / ms) * 1000, growthMb: Math.max(0, second - first) };
}

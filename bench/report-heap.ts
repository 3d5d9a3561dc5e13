import { setTimeout as delay } from 'node:timers/promises';
import { collectGarbage } from './statistics.ts';

const collections = 10;
/** Ten of them take longer than the sync's pause between runs, so that one at least comes when no page is under way. */
const pauseMs = 300;

/**
 * Loaded into a process that is watched (`node --import ./bench/report-heap.ts`): asked by a message, it collects its garbage and
 * answers with what is left, in MB: the least of ten collections. What one leaves is also what was under way just then, up to
 * 20 MB of it; what is kept is left by each.
 */
process.on('message', async () => {
  let kept = Number.POSITIVE_INFINITY;
  for (let done = 0; done < collections; done += 1) {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    kept = Math.min(kept, (heapUsed + external) / 1_048_576);
    await delay(pauseMs);
  }
  process.send?.(kept);
});
// It ends as it is told to when whoever watches it has ended.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The process ends when it would have ended.
process.channel?.unref();

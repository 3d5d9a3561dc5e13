import { collectGarbage } from './statistics.ts';

/**
 * Loaded into a process that is watched (`node --import ./bench/report-heap.ts`): asked by a message, it collects its garbage and
 * answers with what is left, in MB. What is left is kept; memory of the process is also what has not been tidied yet.
 */
process.on('message', () => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.((heapUsed + external) / 1_048_576);
});
// The process ends when it would have ended.
process.channel?.unref();

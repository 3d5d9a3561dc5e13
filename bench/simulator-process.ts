/** The double in a process of its own, so that it and the sync do not share an event loop. Started by `fork`. */
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import type { Stage, Traffic } from './stage.ts';

// Whoever started it has ended, perhaps without a word.
process.once('disconnect', () => process.exit());
process.once('message', async (stage: Stage) => {
  const { history, ...options } = stage;
  const simulator = await startSimulator(options);
  if (history) seedHistory(simulator.model, history);
  simulator.model.warm();
  process.on('message', ({ accessKeyId, finish }: { accessKeyId?: string; finish?: number }) => {
    if (finish !== undefined) finishJobs(finish);
    process.send?.(readTraffic(accessKeyId));
  });
  process.send?.({ url: simulator.url });

  function finishJobs(count: number): void {
    const jobs = simulator.model.all();
    const chosen = jobs.filter((_, index) => index % Math.floor(jobs.length / count) === 0).slice(0, count);
    for (const job of chosen) simulator.model.set(String(job.Id), { ...job, State: 'Success' });
  }

  function readTraffic(key: string | undefined): Traffic {
    const traffic = key === undefined ? simulator.traffic : simulator.trafficByKey;
    const { calls, throttled } = traffic.counts(key);
    const whole = traffic.perSecond(key).slice(1, -1);
    return {
      calls,
      throttled,
      most: traffic.maxInSlidingSecond(key),
      perSecond: whole.map((second) => second.calls),
    };
  }
});

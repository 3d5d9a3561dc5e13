/** The double in a process of its own, so that it and the sync do not share an event loop. Started by `fork`. */
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import type { Stage, Traffic } from './stage.ts';

process.once('message', async (stage: Stage) => {
  const { history, ...options } = stage;
  const simulator = await startSimulator(options);
  if (history) seedHistory(simulator.model, history);
  simulator.model.warm();
  process.on('message', ({ accessKeyId }: { accessKeyId?: string }) => process.send?.(readTraffic(accessKeyId)));
  process.send?.({ url: simulator.url, jobs: simulator.model.size });

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

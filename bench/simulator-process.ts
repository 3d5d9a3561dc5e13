/** The double in a process of its own, so that it and the sync do not share an event loop. Started by `fork`. */
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import type { Stage, Traffic } from './stage.ts';

process.once('message', async (stage: Stage) => {
  const { history, ...options } = stage;
  const simulator = await startSimulator(options);
  if (history) seedHistory(simulator.model, history);
  simulator.model.warm();
  process.on('message', () => process.send?.(readTraffic()));
  process.send?.({ url: simulator.url, jobs: simulator.model.size });

  function readTraffic(): Traffic {
    const { calls, throttled } = simulator.traffic.counts();
    const whole = simulator.traffic.perSecond().slice(1, -1);
    const traffic = { calls, throttled, most: simulator.traffic.maxInSlidingSecond() };
    simulator.traffic.clear();
    return { ...traffic, perSecond: whole.map((second) => second.calls) };
  }
});

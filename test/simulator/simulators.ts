import { afterEach } from 'vitest';
import type { RawJob } from '#simulator/job.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';

const running: RunningSimulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

/** Starts a double that the end of the test stops. */
export async function start(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator(options);
  running.push(simulator);
  return simulator;
}

/** Literal jobs, the first one the oldest; `secondOf` gives the second of each. */
export function literalJobs(count: number, secondOf: (index: number) => number = (index) => index): RawJob[] {
  return Array.from({ length: count }, (_, index) => ({
    Id: index.toString(16).padStart(32, '0'),
    CreationTime: utc(secondOf(index)),
    State: 'Success',
    PipelineId: index % 2 === 0 ? 'even' : 'odd',
  }));
}

/** The time `second` seconds into 1 March 2026, as MPS prints it. */
export const utc = (second: number): string =>
  `${new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString().slice(0, 19)}Z`;

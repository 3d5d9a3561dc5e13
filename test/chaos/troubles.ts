import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../simulation/random.ts';
import { type FaultProxy, networkFaults } from './fault-proxy.ts';
import type { PostgresControl } from './postgres-control.ts';
import type { Workers } from './workers.ts';

/** All that trouble can be made with. */
export interface Stage {
  readonly random: Random;
  readonly workers: Workers;
  readonly toDatabase: FaultProxy;
  readonly toMps: FaultProxy;
  readonly postgres: PostgresControl;
  /** While true, MPS answers most calls with `Throttling.User`. */
  readonly storm: { on: boolean };
  /** Whether the database's disk is a small one of its own. */
  readonly ownDisk: boolean;
}

/** A kind of trouble: it lasts for a while, and is over when the promise resolves. Answers what it did. */
export type Trouble = (stage: Stage) => Promise<string>;

const seconds = (random: Random, least: number, most: number): number => Math.round(random.between(least, most) * 1000);

const network =
  (which: 'toDatabase' | 'toMps'): Trouble =>
  async (stage) => {
    const fault = stage.random.pick(networkFaults);
    const ms = seconds(stage.random, 1, 8);
    stage[which].strike(fault);
    await delay(ms);
    stage[which].heal();
    return `${which}: ${fault} for ${ms} ms`;
  };

const anyWorker = ({ random, workers }: Stage): number => random.whole(0, workers.count - 1);

export const troubles: Readonly<Record<string, Trouble>> = {
  database: network('toDatabase'),
  mps: network('toMps'),
  kill: async (stage) => {
    const index = anyWorker(stage);
    stage.workers.kill(index);
    return `worker ${index} killed`;
  },
  freeze: async (stage) => {
    const index = anyWorker(stage);
    const ms = seconds(stage.random, 2, 25);
    stage.workers.freeze(index);
    await delay(ms);
    stage.workers.thaw(index);
    return `worker ${index} frozen for ${ms} ms`;
  },
  clock: async (stage) => {
    const index = anyWorker(stage);
    const skewMs = seconds(stage.random, -300, 300);
    stage.workers.setSkew(index, skewMs);
    return `clock of worker ${index} off by ${skewMs} ms`;
  },
  storm: async (stage) => {
    const ms = seconds(stage.random, 2, 15);
    stage.storm.on = true;
    await delay(ms);
    stage.storm.on = false;
    return `throttled for ${ms} ms`;
  },
  restart: async ({ random, postgres }) => {
    const mode = random.pick<'fast' | 'immediate'>(['fast', 'immediate']);
    const ms = seconds(random, 0, 4);
    await postgres.restart(mode, ms);
    return `Postgres stopped (${mode}), away for ${ms} ms`;
  },
  pause: async ({ random, postgres }) => {
    const ms = seconds(random, 1, 8);
    await postgres.pause(ms);
    return `Postgres stood still for ${ms} ms`;
  },
  disk: async ({ random, postgres, ownDisk }) => {
    if (!ownDisk) return 'disk left alone: it is not its own';
    const ms = seconds(random, 1, 6);
    await postgres.fillDisk(ms);
    return `disk full for ${ms} ms`;
  },
};

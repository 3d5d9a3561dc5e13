import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../histories/random.ts';
import { type FaultProxy, type NetworkFault, networkFaults } from './fault-proxy.ts';
import type { PostgresControl } from './postgres-control.ts';
import type { Staleness } from './stale.ts';
import type { Storm } from './storm.ts';
import type { Holding } from './worker.ts';
import type { Workers } from './workers.ts';

/** All that trouble can be made with. */
export interface Targets {
  readonly random: Random;
  readonly workers: Workers;
  readonly toDatabase: FaultProxy;
  readonly toMps: FaultProxy;
  readonly toReceiver: FaultProxy;
  readonly postgres: PostgresControl;
  readonly storm: Storm;
  readonly stale: Staleness;
  /** Resolves when another run has begun under a later fence. */
  readonly waitForTakeover: (holding: Holding) => Promise<void>;
  /** Stores some megabytes in the database. */
  readonly storeBallast: () => Promise<unknown>;
}

/** A kind of trouble. */
export interface Trouble {
  /** Makes it, and answers what it did; it lasts for a while, and is over when the promise resolves. */
  make(targets: Targets): Promise<string>;
  /** How often it was really felt so far, not only made: the proof that it was there. */
  felt(targets: Targets): number;
}

const seconds = (random: Random, least: number, most: number): number => Math.round(random.between(least, most) * 1000);

const network = (which: 'toDatabase' | 'toMps' | 'toReceiver', fault: NetworkFault): Trouble => ({
  make: async (targets) => {
    const ms = seconds(targets.random, 1, 8);
    // What is cut is there at one moment only, so it is cut over and over; a message to a receiver takes some milliseconds.
    for (const until = Date.now() + ms; Date.now() < until; await delay(Math.min(ms, 20))) targets[which].strike(fault);
    targets[which].heal();
    return `for ${ms} ms`;
  },
  felt: (targets) => targets[which].hits[fault],
});

const networkTroubles = (which: 'toDatabase' | 'toMps' | 'toReceiver'): [string, Trouble][] =>
  networkFaults.map((fault) => [`${which}: ${fault}`, network(which, fault)]);

const anyWorker = ({ random, workers }: Targets): number => random.whole(0, workers.count - 1);

const restart = (mode: 'fast' | 'immediate'): Trouble => ({
  make: async ({ random, postgres }) => {
    const ms = seconds(random, 0, 4);
    await postgres.restart(mode, ms);
    return `away for ${ms} ms`;
  },
  felt: ({ postgres }) => postgres.counts[mode],
});

const kill: Trouble = {
  make: async (targets) => {
    const index = anyWorker(targets);
    targets.workers.kill(index);
    return `worker ${index}`;
  },
  felt: ({ workers }) => workers.counts.killed,
};

/** Longer than a lease lasts, most of the time: somebody else has taken over when it thaws. */
const freeze: Trouble = {
  make: async (targets) => {
    const index = anyWorker(targets);
    const ms = seconds(targets.random, 2, 25);
    await targets.workers.freeze(index, ms);
    return `worker ${index} for ${ms} ms`;
  },
  felt: ({ workers }) => workers.counts.frozen,
};

/** Between reading and writing, until another has just taken over: what it brings then has to be refused. */
const freezeBeforeWrite: Trouble = {
  make: async (targets) => {
    const index = anyWorker(targets);
    const wasHalted = await targets.workers.freezeBeforeWrite(index, targets.waitForTakeover, 45_000);
    return `worker ${index}${wasHalted ? '' : ', which came to no write'}`;
  },
  felt: ({ workers }) => workers.counts.refusedWrites,
};

/** How far a clock is off at most, in ms. */
export const mostSkewMs = 300_000;

const clock: Trouble = {
  make: async (targets) => {
    const index = anyWorker(targets);
    const skewMs = Math.round(targets.random.between(-mostSkewMs, mostSkewMs));
    targets.workers.setSkew(index, skewMs);
    return `of worker ${index} off by ${skewMs} ms`;
  },
  felt: ({ workers }) => workers.counts.runsByWrongClock,
};

const storm: Trouble = {
  make: async ({ random, storm: of }) => {
    const ms = seconds(random, 2, 15);
    of.isOn = true;
    await delay(ms);
    of.isOn = false;
    return `for ${ms} ms`;
  },
  felt: ({ storm: of }) => of.throttled,
};

const stale: Trouble = {
  make: async ({ random, stale: of }) => {
    const [ageMs, ms] = [seconds(random, 5, 30), seconds(random, 3, 12)];
    of.begin(ageMs);
    await delay(ms);
    of.end();
    return `answers by ${ageMs} ms for ${ms} ms`;
  },
  felt: ({ stale: of }) => of.served,
};

const pause: Trouble = {
  make: async ({ random, postgres }) => {
    const ms = seconds(random, 1, 8);
    await postgres.pause(ms);
    return `for ${ms} ms`;
  },
  felt: ({ postgres }) => postgres.counts.paused,
};

const disk: Trouble = {
  make: async ({ random, postgres, storeBallast }) => {
    const ms = seconds(random, 3, 8);
    await postgres.fillDisk(ms, storeBallast);
    return `for ${ms} ms`;
  },
  felt: ({ postgres }) => postgres.counts.diskFull,
};

export const troubles: ReadonlyMap<string, Trouble> = new Map([
  ...networkTroubles('toDatabase'),
  ...networkTroubles('toMps'),
  ...networkTroubles('toReceiver'),
  ['kill', kill],
  ['freeze', freeze],
  ['freeze before a write', freezeBeforeWrite],
  ['clock', clock],
  ['storm', storm],
  ['stale', stale],
  ['restart: fast', restart('fast')],
  ['restart: immediate', restart('immediate')],
  ['pause', pause],
  ['disk full', disk],
]);

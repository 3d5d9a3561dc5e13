import type { Clock } from '#core/clock.ts';
import type { Lane } from '#core/lane.ts';
import type { Source } from '#core/source.ts';
import type { SlotBlock } from '#db/quota.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { CallQuota } from '#mps/call-quota.ts';
import type { Pace } from '#mps/pace.ts';
import { createSlotClock } from '#sync/slot-clock.ts';
import { createSteadyTime } from '#sync/steady-time.ts';

export interface SharedQuotaOptions {
  /** Reserves up to `wanted` slots for this account. */
  readonly reserveSlots: (lane: Lane, wanted: number) => Promise<SlotBlock>;
  /** Slows the account down. */
  readonly reportThrottled: () => Promise<void>;
  readonly callsPerSecond: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Holds this process to its account's calls, where one is at hand. */
  readonly pace?: Pace | undefined;
}

/**
 * A slot not used so soon after its moment is forfeited: a process that was stalled must not make up for it with calls
 * that crowd those of other processes. Slots lie 2.3% further apart than the cap asks for: a call has to leave 23 ms late
 * before a second may hold one too many, of which the rest is for what comes between here and the network.
 */
const toleranceMs = 10;

/** Slots for a fifth of a second at most, so that those lost when a process ends are few. */
const blockSeconds = 0.2;

/** The calls of an account, shared by all of its instances through the database. Slots are given in the order asked. */
export function createSharedQuota(options: SharedQuotaOptions): CallQuota {
  const now = createSteadyTime(options.clock);
  const lanes = { fresh: new SlotLane('fresh', options, now), history: new SlotLane('history', options, now) };
  return {
    take: (lane) => lanes[lane].take(),
    async throttled() {
      lanes.fresh.drop();
      lanes.history.drop();
      await options.reportThrottled();
    },
  };
}

/** The quota of a source's account, as its store keeps it. */
export function createSourceQuota(
  { account, callsPerSecond, historyShare }: Source,
  {
    store,
    ...options
  }: { store: Pick<SyncStore, 'reserveSlots' | 'reportThrottled'> } & Pick<
    SharedQuotaOptions,
    'clock' | 'signal' | 'pace'
  >,
): CallQuota {
  return createSharedQuota({
    reserveSlots: (lane, wanted) => store.reserveSlots({ account, lane, wanted, callsPerSecond, historyShare }),
    reportThrottled: () => store.reportThrottled(account, callsPerSecond),
    callsPerSecond,
    ...options,
  });
}

/** The slots of one lane, reserved a block ahead while there is demand. */
class SlotLane {
  readonly #lane: Lane;
  readonly #options: SharedQuotaOptions;
  /** In ms; what slots are met by. */
  readonly #now: () => number;
  readonly #slotClock;
  readonly #largestBlock: number;
  #blockSize = 1;
  #slots: number[] = [];
  #refill: Promise<void> | undefined;
  #turn = Promise.resolve();

  constructor(lane: Lane, options: SharedQuotaOptions, now: () => number) {
    this.#lane = lane;
    this.#options = options;
    this.#now = now;
    this.#slotClock = createSlotClock(now);
    this.#largestBlock = Math.max(1, Math.floor(options.callsPerSecond * blockSeconds));
  }

  take(): Promise<void> {
    const mine = this.#turn.then(() => this.#takeSlot());
    this.#turn = mine.catch(() => {});
    return mine;
  }

  drop(): void {
    this.#slots = [];
  }

  async #takeSlot(): Promise<void> {
    const { clock, signal, pace } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      this.#forfeitPassed();
      const slot = this.#slots.shift();
      if (slot === undefined) {
        await this.#startRefill();
        continue;
      }
      this.#reserveAhead();
      if (slot > this.#now()) await clock.sleep(slot - this.#now(), signal);
      if (this.#isForfeited(slot)) continue;
      await pace?.();
      if (!this.#isForfeited(slot)) return;
    }
  }

  #isForfeited(slot: number): boolean {
    return this.#now() - slot > toleranceMs;
  }

  /** A slot let pass shows that there is less demand than was reserved for. */
  #forfeitPassed(): void {
    const usable = this.#slots.filter((slot) => !this.#isForfeited(slot));
    if (usable.length < this.#slots.length) this.#blockSize = Math.max(1, Math.floor(this.#blockSize / 2));
    this.#slots = usable;
  }

  #reserveAhead(): void {
    if (this.#refill || this.#slots.length > this.#blockSize / 2) return;
    this.#blockSize = Math.min(this.#largestBlock, this.#blockSize * 2);
    // What keeps the database from answering will meet whoever finds no slots left.
    this.#startRefill().catch(() => {});
  }

  #startRefill(): Promise<void> {
    this.#refill ??= this.#reserve().finally(() => {
      this.#refill = undefined;
    });
    return this.#refill;
  }

  async #reserve(): Promise<void> {
    const { clock, signal, reserveSlots } = this.#options;
    const sentAt = this.#now();
    const block = await reserveSlots(this.#lane, this.#blockSize);
    this.#slotClock.observe(sentAt, block.now);
    const start = this.#slotClock.toLocal(block.start);
    if (block.slots === 0) await clock.sleep(Math.max(1, start - this.#now()), signal);
    for (let index = 0; index < block.slots; index += 1) this.#slots.push(start + index * block.spacingMs);
  }
}

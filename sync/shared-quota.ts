import type { Clock } from '#core/clock.ts';
import type { Lane } from '#core/lane.ts';
import type { Source } from '#core/source.ts';
import type { SlotBlock } from '#db/quota.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { CallQuota } from '#mps/call-quota.ts';
import { createSlotClock } from '#sync/slot-clock.ts';

export interface SharedQuotaOptions {
  /** Reserves up to `wanted` slots for this account. */
  readonly reserveSlots: (lane: Lane, wanted: number) => Promise<SlotBlock>;
  /** Slows the account down. */
  readonly reportThrottled: () => Promise<void>;
  readonly callsPerSecond: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * A slot not used so soon after its moment is forfeited: a process that was stalled must not make up for it with calls
 * that crowd those of other processes.
 */
const toleranceMs = 12;

/** Slots for a fifth of a second at most, so that those lost when a process ends are few. */
const blockSeconds = 0.2;

/** The calls of an account, shared by all of its instances through the database. Slots are given in the order asked. */
export function createSharedQuota(options: SharedQuotaOptions): CallQuota {
  const lanes = { fresh: new SlotLane('fresh', options), history: new SlotLane('history', options) };
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
    clock,
    signal,
  }: { store: Pick<SyncStore, 'reserveSlots' | 'reportThrottled'>; clock: Clock; signal: AbortSignal },
): CallQuota {
  return createSharedQuota({
    reserveSlots: (lane, wanted) => store.reserveSlots({ account, lane, wanted, callsPerSecond, historyShare }),
    reportThrottled: () => store.reportThrottled(account, callsPerSecond),
    callsPerSecond,
    clock,
    signal,
  });
}

/** The slots of one lane, reserved a block ahead while there is demand. */
class SlotLane {
  readonly #lane: Lane;
  readonly #options: SharedQuotaOptions;
  readonly #slotClock;
  readonly #largestBlock: number;
  #blockSize = 1;
  #slots: number[] = [];
  #refill: Promise<void> | undefined;
  #turn = Promise.resolve();

  constructor(lane: Lane, options: SharedQuotaOptions) {
    this.#lane = lane;
    this.#options = options;
    this.#slotClock = createSlotClock(options.clock);
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
    const { clock, signal } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      this.#forfeitPassed();
      const slot = this.#slots.shift();
      if (slot === undefined) {
        await this.#startRefill();
        continue;
      }
      this.#reserveAhead();
      if (slot > clock.now()) await clock.sleep(slot - clock.now(), signal);
      if (clock.now() - slot <= toleranceMs) return;
    }
  }

  /** A slot let pass shows that there is less demand than was reserved for. */
  #forfeitPassed(): void {
    const oldest = this.#options.clock.now() - toleranceMs;
    const usable = this.#slots.filter((slot) => slot >= oldest);
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
    const sentAt = clock.now();
    const block = await reserveSlots(this.#lane, this.#blockSize);
    this.#slotClock.observe(sentAt, block.now);
    const start = this.#slotClock.toLocal(block.start);
    if (block.slots === 0) await clock.sleep(Math.max(1, start - clock.now()), signal);
    for (let index = 0; index < block.slots; index += 1) this.#slots.push(start + index * block.spacingMs);
  }
}

/** A pipeline (MPS queue) of the generated jobs. */
export interface PipelineProfile {
  /** 32 lower-case hexadecimal characters, as MPS makes them. */
  readonly id: string;
  /** Share of the jobs that go through it, relative to the others. */
  readonly weight: number;
  /** Multiplies the failure share of the jobs. */
  readonly failureFactor: number;
  /** Whether a message queue is attached: finished jobs then carry `MNSMessageResult`. */
  readonly notifies: boolean;
}

/** Four pipelines; the last one fails more than four times as often as the others. Over all, the factors average to 1. */
export const DEFAULT_PIPELINES: readonly PipelineProfile[] = [
  { id: 'b11c171cced04565b1f38f1ecc39a7d0', weight: 0.45, failureFactor: 0.75, notifies: true },
  { id: '0f3a52e6d17c4b0a9be8c2417de65f91', weight: 0.3, failureFactor: 0.75, notifies: false },
  { id: '7c9e1b64a82f4d35b6c0e95f13a8d247', weight: 0.15, failureFactor: 0.75, notifies: true },
  { id: 'e4d86b0927f94c1e8a35d7c62b1f0e58', weight: 0.1, failureFactor: 3.25, notifies: false },
];

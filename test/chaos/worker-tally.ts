/** What the instances tell of themselves, added up. */
import type { WorkerReport } from './worker.ts';

export interface WorkerTally {
  /** How many calls of functions ended how, by outcome and error code. */
  readonly outcomes: Map<string, number>;
  readonly counts: Record<'killed' | 'frozen' | 'runsByWrongClock' | 'endedByThemselves' | 'refusedWrites', number>;
  /** When requests to MPS left, epoch ms. */
  readonly sentAt: number[];
}

export const createTally = (): WorkerTally => ({
  outcomes: new Map(),
  counts: { killed: 0, frozen: 0, runsByWrongClock: 0, endedByThemselves: 0, refusedWrites: 0 },
  sentAt: [],
});

export function addReport({ outcomes, counts, sentAt }: WorkerTally, report: WorkerReport): void {
  switch (report.kind) {
    case 'sent':
      sentAt.push(report.at);
      return;
    case 'refused':
      counts.refusedWrites += 1;
      return;
    case 'ended':
      outcomes.set(report.name, (outcomes.get(report.name) ?? 0) + 1);
      if (report.skewMs !== 0) counts.runsByWrongClock += 1;
  }
}

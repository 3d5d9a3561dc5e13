import type { FaultRule } from '#simulator/fault.ts';
import type { JobModel } from '#simulator/job-model.ts';

/** When answers were stale, and by how much. Times in epoch ms. */
interface Spell {
  readonly from: number;
  to: number;
  readonly ms: number;
}

/** Times in which MPS answers every other call as it would have some seconds ago: what was read before is set back by it. */
export interface Staleness {
  readonly spells: readonly Spell[];
  /** Rows that were served in a state that their job had left. */
  readonly served: number;
  readonly rule: FaultRule;
  begin(ms: number): void;
  end(): void;
  /** Takes an answer in. */
  note(jobs: readonly Buffer[], model: JobModel): void;
}

export function createStaleness(): Staleness {
  const spells: Spell[] = [];
  let current: Spell | undefined;
  const staleness = {
    spells,
    served: 0,
    rule: ({ sequence }: { sequence: number }) =>
      current && sequence % 2 === 0 ? ({ kind: 'stale-rows', ms: current.ms } as const) : undefined,
    begin(ms: number) {
      current = { from: Date.now(), to: Number.POSITIVE_INFINITY, ms };
      spells.push(current);
    },
    end() {
      if (current) current.to = Date.now();
      current = undefined;
    },
    note(jobs: readonly Buffer[], model: JobModel) {
      if (current) staleness.served += jobs.filter((job) => isLeft(job, model)).length;
    },
  };
  return staleness;
}

function isLeft(text: Buffer, model: JobModel): boolean {
  const job = JSON.parse(text.toString()) as { readonly Id: string; readonly State: string };
  return model.get(job.Id)?.State !== job.State;
}

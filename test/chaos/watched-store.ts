import { toAppError } from '#core/errors.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { Holding } from './worker.ts';

export interface StoreWatch {
  /** Asked before the first page of each run; a promise that resolves when it may be written. */
  readonly beforeFirstPage: (holding: Holding) => Promise<void>;
  /** A page was refused: another run has taken over. */
  readonly onRefused: () => void;
}

/** A store that can be held up where a freeze does most harm: when a page was read and is about to be written. */
export function watchStore(store: SyncStore, { beforeFirstPage, onRefused }: StoreWatch): SyncStore {
  const begun = new Set<number>();
  return {
    ...store,
    async writePage(page) {
      const isFirst = !begun.has(page.runId);
      begun.add(page.runId);
      if (isFirst) await beforeFirstPage({ source: page.source, fence: page.fence });
      try {
        return await store.writePage(page);
      } catch (error) {
        if (toAppError(error).code === 'fence_lost') onRefused();
        throw error;
      }
    },
  };
}

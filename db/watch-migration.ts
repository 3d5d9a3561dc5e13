import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { describeWait, type MigrationWork, selectMigrationWork } from '#db/migration-work.ts';

export interface WatchOptions {
  readonly tag: string;
  /** A connection other than the migration's. */
  readonly watcher: Client;
  readonly tellEveryMs: number;
  /** Is told in a sentence what takes long. */
  readonly onProgress: (sentence: string) => void;
  readonly onWait: (wait: MigrationWork) => void;
}

const lookEveryMs = 500;

/** Looks at a migration twice a second until it is over: tells at once what it waits for, and now and then that it works. */
export async function watchMigration(work: Promise<void>, options: WatchOptions): Promise<void> {
  let isOver = false;
  const setOver = () => {
    isOver = true;
  };
  const over = work.then(setOver, setOver);
  const look = createLook(options);
  for (;;) {
    await Promise.race([over, delay(lookEveryMs, undefined, { ref: false })]);
    if (isOver) return work;
    await look();
  }
}

function createLook({ tag, watcher, tellEveryMs, onProgress, onWait }: WatchOptions): () => Promise<void> {
  const startedAt = Date.now();
  let toldAt = startedAt;
  let toldWait = '';
  return async () => {
    const work = await selectMigrationWork(watcher);
    if (work?.wanted) {
      onWait(work);
      if (work.wanted !== toldWait) onProgress(`${tag} waits for ${describeWait(work)}: end it or wait`);
      toldWait = work.wanted;
    } else if (Date.now() - toldAt >= tellEveryMs) {
      toldAt = Date.now();
      const seconds = Math.round((toldAt - startedAt) / 1000);
      onProgress(`${tag} has been at work for ${seconds} s${work?.index ? `: ${work.index}` : ''}`);
    }
  };
}

import { createBar, createJsonFace, createLines, type DisplayOptions } from '#cli/backfill-faces.ts';
import { totalSeconds } from '#core/range.ts';
import { noCounts } from '#core/run.ts';
import { addSample, type SpeedSample } from '#core/speed.ts';
import type { BackfillEvent, BackfillProgress, BackfillReport } from '#sync/backfill.ts';

/** A backfill of one source as somebody watches it. */
export interface BackfillDisplay {
  show(event: BackfillEvent): void;
  /** Writes the last word. Nothing is written after it. */
  finish(report: BackfillReport): void;
  /** Stops writing, where there is no report. */
  stop(): void;
}

/** JSON lines if they are asked for, else a bar on a terminal and lines of text elsewhere. */
export function createBackfillDisplay(options: DisplayOptions): BackfillDisplay {
  const face = options.json ? createJsonFace(options) : options.out.isTTY ? createBar(options) : createLines(options);
  let latest: BackfillProgress = { counts: noCounts, left: [options.range] };
  let samples: SpeedSample[] = [];
  let lastWait: string | undefined;
  const tick = () => {
    const { counts, left } = latest;
    samples = addSample(samples, { at: Date.now(), jobs: counts.read, calls: counts.calls, left: totalSeconds(left) });
    face.progress(latest, samples);
  };
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    if (timer) return;
    face.begin();
    timer = setInterval(tick, face.everyMs);
    tick();
  };
  const stop = () => {
    clearInterval(timer);
    face.close?.();
  };
  return {
    show(event) {
      if (event.kind === 'progress') latest = event;
      start();
      if (event.kind === 'progress') return;
      // A wait that goes on is told once.
      if (event.why === 'trouble' || event.why !== lastWait) face.waiting(event);
      lastWait = event.why;
    },
    finish(report) {
      latest = report;
      if (timer) tick();
      stop();
      face.end(report);
    },
    stop,
  };
}

import { describeEnd, describeSpeed, describeWait } from '#cli/backfill-text.ts';
import { createProgressBar } from '#cli/progress-bar.ts';
import { describeRange, toShare } from '#cli/progress-text.ts';
import type { Output } from '#cli/table.ts';
import { toMpsTime } from '#core/clock.ts';
import type { Range } from '#core/range.ts';
import type { Source } from '#core/source.ts';
import { type SpeedSample, toSpeed } from '#core/speed.ts';
import type { BackfillEvent, BackfillProgress, BackfillReport } from '#sync/backfill.ts';

/** What a display writes with. */
export interface Face {
  /** How often it is told the progress, in ms. */
  readonly everyMs: number;
  begin(): void;
  progress(progress: BackfillProgress, samples: readonly SpeedSample[]): void;
  waiting(event: BackfillEvent & { kind: 'waiting' }): void;
  end(report: BackfillReport): void;
  close?(): void;
}

export interface DisplayOptions {
  readonly source: Source;
  readonly range: Range;
  readonly json: boolean;
  readonly out: Output;
}

/** Lines of text. */
export function createLines({ source, range, out }: DisplayOptions): Face {
  const say = (text: string) => out.write(`${source.name}: ${text}\n`);
  return {
    everyMs: 2_000,
    begin: () => say(`reading jobs created from ${describeRange(range)}`),
    progress: (progress, samples) => {
      const share = `${(toShare(range, progress.left) * 100).toFixed(1)}%`;
      say(`${share}, ${describeSpeed(progress, toSpeed(samples), source.callsPerSecond)}`);
    },
    waiting: (event) => say(describeWait(source.name, event)),
    end: (report) => say(describeEnd(report)),
  };
}

/** A bar on a terminal, with lines above it. */
export function createBar(options: DisplayOptions): Face {
  const { source, range, out } = options;
  const { begin, waiting, end } = createLines(options);
  const bar = createProgressBar(out, source.name);
  return {
    everyMs: 250,
    begin: () => {
      begin();
      bar.start(100, 0, { text: '' });
    },
    progress: (progress, samples) =>
      bar.update(Math.floor(toShare(range, progress.left) * 100), {
        text: describeSpeed(progress, toSpeed(samples), source.callsPerSecond),
      }),
    waiting: (event) => {
      bar.stop();
      waiting(event);
      bar.start(100, 0, { text: '' });
    },
    end,
    close: () => bar.stop(),
  };
}

/** One JSON object a line. */
export function createJsonFace({ source, range, out }: DisplayOptions): Face {
  const about = { source: source.name, since: toMpsTime(range.from), until: toMpsTime(range.to) };
  const say = (event: string, facts: object) => out.write(`${JSON.stringify({ event, ...about, ...facts })}\n`);
  return {
    everyMs: 2_000,
    begin: () => {},
    progress: ({ counts, left }, samples) => {
      const { secondsLeft = null, ...speed } = toSpeed(samples);
      const cap = source.callsPerSecond;
      say('progress', { coveredShare: toShare(range, left), ...speed, callsPerSecondCap: cap, secondsLeft, ...counts });
    },
    waiting: ({ why, ms, error }) =>
      say('waiting', { reason: why, ms, ...(error ? { errorCode: error.code, message: error.message } : {}) }),
    end: ({ outcome, runs, counts, left, error }) => {
      const gaps = left.map(({ from, to }) => ({ from: toMpsTime(from), to: toMpsTime(to) }));
      const failure = error ? { errorCode: error.code, message: error.message } : {};
      say('summary', { outcome, coveredShare: toShare(range, left), runs, ...counts, gaps, ...failure });
    },
  };
}

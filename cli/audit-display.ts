import { describeExample, describeReport, pickExamples } from '#cli/audit-text.ts';
import { createProgressBar } from '#cli/progress-bar.ts';
import { describeDuration, describeRange, toShare } from '#cli/progress-text.ts';
import type { Output } from '#cli/table.ts';
import { toMpsTime } from '#core/clock.ts';
import { totalDrift } from '#core/drift.ts';
import type { Range } from '#core/range.ts';
import type { AuditEvent, AuditReport } from '#sync/audit.ts';

/** An audit of one source as somebody watches it. */
export interface AuditDisplay {
  show(event: AuditEvent): void;
  /** Writes what was found. */
  finish(report: AuditReport): void;
  /** Stops writing, where there is no report. */
  stop(): void;
}

export interface AuditDisplayOptions {
  readonly source: string;
  readonly range: Range;
  readonly json: boolean;
  /** Ids of each kind that are told. */
  readonly ids: number;
  readonly out: Output;
}

/** How often a display that is no bar tells the progress, in ms. */
const everyMs = 2_000;

/** JSON lines if they are asked for, else a bar on a terminal and lines of text elsewhere. */
export function createAuditDisplay(options: AuditDisplayOptions): AuditDisplay {
  if (options.json) return createJson(options);
  return options.out.isTTY ? createBar(options) : createLines(options);
}

function createLines({ source, range, ids, out }: AuditDisplayOptions): AuditDisplay {
  const say = (text: string) => out.write(`${source}: ${text}\n`);
  const isDue = createPause();
  say(`comparing jobs created from ${describeRange(range)} with what MPS lists`);
  return {
    show(event) {
      if (event.kind === 'waiting') say(describeWait(event));
      else if (isDue()) say(describeProgress(range, event));
    },
    finish(report) {
      say(describeReport(report));
      for (const example of pickExamples(report.examples, ids)) out.write(`${describeExample(example)}\n`);
    },
    stop() {},
  };
}

function createBar(options: AuditDisplayOptions): AuditDisplay {
  const { source, range, out } = options;
  const lines = createLines(options);
  const bar = createProgressBar(out, source);
  bar.start(100, 0, { text: '' });
  return {
    show(event) {
      if (event.kind === 'waiting') {
        bar.stop();
        lines.show(event);
      } else bar.update(toPercent(range, event), { text: describeProgress(range, event) });
    },
    finish(report) {
      bar.stop();
      lines.finish(report);
    },
    stop: () => bar.stop(),
  };
}

function createJson({ source, range, ids, out }: AuditDisplayOptions): AuditDisplay {
  const about = { source, since: toMpsTime(range.from), until: toMpsTime(range.to) };
  const say = (event: string, facts: object) => out.write(`${JSON.stringify({ event, ...about, ...facts })}\n`);
  const isDue = createPause();
  return {
    show(event) {
      if (event.kind === 'waiting') say('waiting', { suspects: event.suspects, ms: event.ms });
      else if (isDue()) {
        say('progress', { listedShare: toShare(range, event.left), listed: event.listed, ...event.counts });
      }
    },
    finish({ examples, drift, ...report }) {
      const jobs = pickExamples(examples, ids).map(({ kind, id, creationTime }) => ({
        kind,
        id,
        creation_time: toMpsTime(creationTime),
      }));
      say('summary', { outcome: totalDrift(drift) > 0 ? 'drift' : 'clean', ...drift, ...report, jobs });
    },
    stop() {},
  };
}

/** True when it is called for the first time in `everyMs`; not at the very start, when there is nothing to tell. */
function createPause(): () => boolean {
  let last = Date.now();
  return () => {
    if (Date.now() - last < everyMs) return false;
    last = Date.now();
    return true;
  };
}

type ProgressEvent = AuditEvent & { kind: 'progress' };

const toPercent = (range: Range, { left }: ProgressEvent): number => Math.floor(toShare(range, left) * 100);

const describeProgress = (range: Range, event: ProgressEvent): string =>
  `${toPercent(range, event)}%, ${event.listed.toLocaleString('en-US')} jobs listed, ${event.counts.calls} calls`;

const describeWait = ({ suspects, ms }: AuditEvent & { kind: 'waiting' }): string =>
  `${suspects} job${suspects === 1 ? ' differs' : 's differ'}: giving the next run of the sync ` +
  `${describeDuration(ms / 1000)} to see to ${suspects === 1 ? 'it' : 'them'}`;

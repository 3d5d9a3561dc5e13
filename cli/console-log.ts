import type { Output } from '#cli/table.ts';
import type { Config } from '#core/config.ts';
import type { Log } from '#core/log.ts';
import type { RunReport } from '#core/run.ts';

type Level = Config['LOG_LEVEL'];
const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** A log for people at a terminal: a time, a sentence, and the facts that matter. */
export function createConsoleLog({ level, out }: { level: Level; out: Output }): Log {
  const write = (at: Level) => (fields: object, message: string) => {
    if (levels.indexOf(at) < levels.indexOf(level)) return;
    const text = message === 'sync_run_finished' ? describeRun(fields as RunReport) : describe(fields, message);
    if (text) out.write(`${new Date().toLocaleTimeString('en-GB')}  ${text}\n`);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Nothing is said of a run that found nothing new: a demo has one every few seconds. */
function describeRun(run: RunReport): string | undefined {
  const changes = run.inserted + run.updated + run.rejected;
  if (run.outcome === 'completed' && changes === 0) return undefined;
  const error = run.errorCode ? ` (${run.errorCode})` : '';
  const counts = `${run.inserted} new, ${run.updated} changed of ${run.read} read, ${run.calls} calls`;
  return `sync ${run.source}: ${run.outcome}${error}, ${counts}`;
}

function describe(fields: object, message: string): string {
  const facts = Object.entries(fields).filter(([, value]) => value !== undefined && typeof value !== 'object');
  return `${message.replaceAll('_', ' ')}: ${facts.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

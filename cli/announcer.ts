import { createLogger } from '@fc2/runtime';
import { createConsoleLog } from '#cli/console-log.ts';
import type { Output } from '#cli/table.ts';
import type { Config } from '#core/config.ts';
import type { Log } from '#core/log.ts';

/** What a start brought up. */
export interface Started {
  /** How to open it with `psql`. */
  readonly sql: string;
  /** Without its password. */
  readonly database: string;
  readonly migrationsApplied: number;
  /** Where MPS is asked. */
  readonly mps: string;
  readonly isDemo: boolean;
  readonly view: string;
  readonly asksForToken: boolean;
  /** Whether commands that are called in the same folder find its database by themselves. */
  readonly lendsDatabase: boolean;
}

/** How a start tells what goes on: to somebody at a terminal, or as JSON lines to whatever collects logs. */
export interface Announcer {
  readonly log: Log;
  starting(): void;
  started(facts: Started): void;
  stopping(): void;
  stopped(): void;
}

export interface AnnouncerOptions {
  readonly json: boolean;
  readonly level: Config['LOG_LEVEL'];
  readonly out: Output;
}

export function createAnnouncer({ json, level, out }: AnnouncerOptions): Announcer {
  if (json) {
    const log = createLogger({ level, destination: out });
    return {
      log,
      starting: () => log.info({}, 'starting'),
      started: (facts) => log.info(facts, 'started'),
      stopping: () => log.info({}, 'stopping'),
      stopped: () => log.info({}, 'stopped'),
    };
  }
  return {
    log: createConsoleLog({ level, out }),
    starting: () => out.write('Starting…\n'),
    started: (facts) => out.write(describeStart(facts)),
    stopping: () => out.write('\nStopping…\n'),
    stopped: () => out.write('Stopped. What was stored stays stored.\n'),
  };
}

function describeStart(started: Started): string {
  const { database, sql, migrationsApplied, mps, isDemo, view, asksForToken, lendsDatabase } = started;
  const applied = migrationsApplied > 0 ? ` (${migrationsApplied} migration(s) applied)` : '';
  const lines = [
    `  database   ${database}${applied}`,
    `  MPS        ${isDemo ? `a simulator on ${mps}` : mps}`,
    `  view       ${view}${asksForToken ? ' (asks for VIEW_TOKEN)' : ''}`,
    `  SQL        ${sql}, schema report`,
    ...(lendsDatabase
      ? ['  commands   npx mps-sync jobs, doctor, audit, alerts list: from another terminal, in this folder']
      : []),
    '',
    ...(isDemo ? [howToLeaveTheDemo, ''] : []),
    'Ctrl-C stops it.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

const howToLeaveTheDemo = `To read your own jobs, set ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and MPS_REGION.
To use your own Postgres, set DATABASE_URL.`;

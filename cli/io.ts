import type { Output } from '#cli/table.ts';
import type { Environment } from '#core/config.ts';

/** The outside of a command. */
export interface CommandIo {
  readonly env: Environment;
  /** For what was asked for, and nothing else. */
  readonly out: Output;
  /** For notes and for what went wrong. */
  readonly err: Output;
  /** Where the command was called: a start that runs keeps its data there. */
  readonly directory: string;
}

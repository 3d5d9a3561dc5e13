import { CommanderError } from 'commander';
import type { CommandIo } from '#cli/io.ts';
import { createProgram } from '#cli/program.ts';
import type { Output } from '#cli/table.ts';
import { AppError, type ErrorCode, errorCodes, toAppError } from '#core/errors.ts';

/** Exit statuses: 0 done, 1 failed, 2 asked for in a way that cannot be done. */
const usageCodes: readonly ErrorCode[] = ['usage', 'config_invalid', 'port_taken', 'data_directory_broken'];

/** Runs the command line and returns the exit status. Prints what went wrong in one sentence, and what to do about it. */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    await createProgram(io).parseAsync(argv);
    return 0;
  } catch (error) {
    return report(error, io.err);
  }
}

function report(error: unknown, err: Output): number {
  // Commander has already said what was wrong with the words of the command.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const failure = toAppError(error);
  err.write(`mps-sync: ${failure.message}\n`);
  // Most of these messages are Postgres's own; others name the remedy themselves.
  if (failure.code.startsWith('database_')) err.write(`${errorCodes[failure.code].remedy}\n`);
  const foreseen = error instanceof AppError;
  if (!foreseen && error instanceof Error) err.write(`${error.stack}\n`);
  return usageCodes.includes(failure.code) ? 2 : 1;
}

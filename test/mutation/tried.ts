import type { Stryker } from '@stryker-mutator/core';

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** One small change to a file, and what came of it. */
export interface Tried {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly original: string;
  readonly replacement: string;
  readonly status: MutantResult['status'];
}

/** What is known of a file: all its changes, and when and at which commit they were last made. */
export interface Result {
  readonly file: string;
  readonly at: string;
  readonly tried: readonly Tried[];
}

/** A test failed; the tests did not come to an end; they could not be begun, for the module threw when it was loaded. */
export const waysToNotice = ['Killed', 'Timeout', 'RuntimeError'] as const satisfies MutantResult['status'][];

export const isNoticed = ({ status }: Pick<Tried, 'status'>): boolean => waysToNotice.some((way) => way === status);

/** A change that does not compile, or that is told not to be made, says nothing of the tests. */
export const isTold = ({ status }: MutantResult): boolean => status !== 'Ignored' && status !== 'CompileError';

/** What of a result is kept. `text` is that of the file. */
export function toTried(mutant: MutantResult, file: string, text: string): Tried {
  const { start, end } = mutant.location;
  return {
    file,
    line: start.line,
    kind: mutant.mutatorName,
    original: cut(text, start, end),
    replacement: mutant.replacement,
    status: mutant.status,
  };
}

/** Both count from one. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Whether a result is of the file as it is now, and not of lines that were changed or moved since. */
export function isCurrent({ line, original }: Tried, text: string): boolean {
  const height = original.split('\n').length;
  const lines = text.split('\n').slice(line - 1, line - 1 + height);
  return lines.join('\n').includes(original);
}

function cut(text: string, start: Position, end: Position): string {
  const lines = text.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n');
}

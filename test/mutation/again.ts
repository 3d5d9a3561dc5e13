import { isNoticed, type Tried } from './tried.ts';

/** Lines of a file, from the first to the last. */
interface Lines {
  readonly from: number;
  readonly to: number;
}

const toLines = ({ line, original }: Tried): Lines => ({ from: line, to: line + original.split('\n').length - 1 });

/** The lines of what was not noticed. */
export const toSurvivingLines = (tried: readonly Tried[]): Lines[] =>
  tried.filter((each) => !isNoticed(each)).map(toLines);

/** The file with its lines, as Stryker wants to be told of a part. */
export const toParts = (file: string, lines: readonly Lines[]): string[] => [
  ...new Set(lines.map(({ from, to }) => `${file}:${from}-${to}`)),
];

/** What was known before, but for what was tried again on these lines. */
export function replaceTried(before: readonly Tried[], lines: readonly Lines[], again: readonly Tried[]): Tried[] {
  const isAgain = (tried: Tried) => {
    const { from, to } = toLines(tried);
    return lines.some((part) => part.from <= from && to <= part.to);
  };
  return [...before.filter((tried) => !isAgain(tried)), ...again].sort((a, b) => a.line - b.line);
}

/** What the help of a command says after its options. */
export interface HelpText {
  /** What somebody has to know before, in full sentences. */
  readonly notes?: string;
  /** Commands to copy, each with what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** What exit status 0 stands for. Default: done. */
  readonly done?: string;
  /** What exit status 1 stands for. */
  readonly failed: string;
}

/** Help that teaches: what to know, commands to copy, what the exit status says. */
export function toHelp({ notes, examples, done = 'done', failed }: HelpText): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, does]) => `  mps-sync ${command.padEnd(width)}   ${does}`);
  const exit = `Exit status: 0 ${done}; 1 ${failed}; 2 the command or the configuration makes no sense.`;
  return `\n${notes ? `${notes}\n\n` : ''}Examples:\n${lines.join('\n')}\n\n${exit}`;
}

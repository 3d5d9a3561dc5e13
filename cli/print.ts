import type { CommandIo } from '#cli/io.ts';

/** Prints a value as JSON, or a text without what a terminal would obey. */
export function print(io: CommandIo, json: boolean | undefined, value: object, text: string): void {
  io.out.write(`${json ? JSON.stringify(value) : text.replace(/[^\P{C}\n]/gu, ' ')}\n`);
}

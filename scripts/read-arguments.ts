import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The words after a script's name. `--help` prints its usage, and what the script does not know is told in a sentence, with
 * the usage: both end the process, so a script asks before it starts anything.
 */
export function readArguments<Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const words = process.argv.slice(2);
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

/** A number greater than nothing out of an argument, or the end of the process with the usage. */
export function readNumber(usage: string, name: string, text: string): number {
  const value = Number(text);
  return value > 0 && Number.isFinite(value) ? value : refuse(usage, `${name} is a number above 0, not "${text}".`);
}

/** Says what is wrong and how it is right, and ends the process with status 2. */
export function refuse(usage: string, reason: string): never {
  process.stderr.write(`${reason}\n${usage}\n`);
  process.exit(2);
}

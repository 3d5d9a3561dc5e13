import type { Command } from 'commander';

/**
 * Commander's words for a mistake, as the product says them. A command or an option that was typed in part is told what it
 * may become; commander itself only thinks of words that are about as long.
 */
export function clarifyMistake(text: string, program: Command): string {
  const said = text.replace(/^error: /, 'mps-sync: ').trimEnd();
  const [, kind, typed] = /unknown (command|option) '([^'=]+)/.exec(said) ?? [];
  if (kind === undefined || typed === undefined) return `${said}\n`;
  const command = findCalled(program);
  const words = kind === 'command' ? listCommands(command) : listOptions(command);
  const begun = words.filter((word) => typed.replaceAll('-', '') !== '' && word.startsWith(typed));
  if (begun.length > 0) return `${said.replace(/\n\(Did you mean.*$/s, '')}\n(Did you mean ${begun.join(' or ')}?)\n`;
  if (said.includes('(Did you mean')) return `${said}\n`;
  return `${said}\n(${toPath(command)} --help lists the ${kind}s)\n`;
}

/** The command that the words went to: each command keeps what came after its own name. */
function findCalled(command: Command): Command {
  const next = command.commands.find((each) => each.name() === command.args[0]);
  return next ? findCalled(next) : command;
}

const listCommands = (command: Command): string[] => command.commands.map((each) => each.name());

const listOptions = (command: Command): string[] =>
  [...command.options.map(({ long }) => long), '--help'].filter((long) => typeof long === 'string');

const toPath = (command: Command): string =>
  command.parent ? `${toPath(command.parent)} ${command.name()}` : command.name();

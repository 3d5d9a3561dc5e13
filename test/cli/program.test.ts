import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createProgram } from '#cli/program.ts';
import { callCommand, elsewhere } from './command.ts';

const silent = { write: () => true };
const { commands } = createProgram({ env: {}, out: silent, err: silent, directory: elsewhere });

/** A command, or in its place those that it is made of. */
const toParts = (name: string) => {
  const command = commands.find((one) => one.name() === name);
  return command?.commands.length ? command.commands : command ? [command] : [];
};

describe('mps-sync', () => {
  it('is a program that "npx mps-sync" may run in a checkout', async () => {
    const { stdout } = await promisify(execFile)('cli/bin.js', ['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  const usage: [string, string[], number, RegExp][] = [
    ['explains itself', ['--help'], 0, /^Usage: mps-sync[\s\S]*start[\s\S]*sync[\s\S]*migrate[\s\S]*Exit status/],
    ['explains itself when told nothing', [], 2, /^Usage: mps-sync/],
    ['tells what a mistyped command may have meant', ['strat'], 2, /Did you mean start\?/],
    ['tells what a command typed in part may become', ['mig'], 2, /^mps-sync: unknown command 'mig'\n.*mean migrate\?/],
    ['shows the way to its commands for a word it does not know', ['frobnicate'], 2, /mps-sync --help lists/],
    [
      'tells what a mistyped option may have meant',
      ['jobs', '--stat'],
      2,
      /^mps-sync: unknown option.*mean --state\?/s,
    ],
    [
      'tells what an option typed in part may become',
      ['jobs', '--created'],
      2,
      /mean --created-from or --created-to\?/,
    ],
    ['tells so too when it has a value', ['jobs', '--pipe=x'], 2, /mean --pipeline\?/],
    ['tells so within a command of parts', ['alerts', 'retry', '--chan'], 2, /mean --channel\?/],
    ['tells what a part of a command may become', ['alerts', 'sil'], 2, /mean silence or silences\?/],
    ['shows the way to the parts of a command', ['alerts', 'frob'], 2, /\(mps-sync alerts --help lists the commands\)/],
    ['shows the way to the options', ['jobs', '--frob'], 2, /\(mps-sync jobs --help lists the options\)\n$/],
    ['refuses a port that is none', ['start', '--port', 'http'], 2, /^mps-sync: .*A port is a whole number/],
    ['says what migrate needs', ['migrate'], 2, /^mps-sync: DATABASE_URL is not set/],
    ['says what sync needs', ['sync'], 2, /^mps-sync: DATABASE_URL is not set/],
    ['says what jobs needs', ['jobs'], 2, /^mps-sync: DATABASE_URL is not set/],
  ];

  it.each(usage)('%s', async (_, args, code, text) => {
    const { stdout, stderr, ...result } = await callCommand(args, {});
    expect(result.code).toBe(code);
    expect(stdout === '' || stderr === '').toBe(true);
    expect(stdout + stderr).toMatch(text);
  });

  it.each(commands.map((command) => command.name()))(
    '%s is explained with examples, its statuses and --json',
    async (name) => {
      const { code, stdout } = await callCommand([name, '--help'], {});
      expect(code).toBe(0);
      expect(toParts(name).length).toBeGreaterThan(0);
      for (const { options } of toParts(name)) expect(options.map(({ long }) => long)).toContain('--json');
      expect(stdout).toMatch(new RegExp(`Examples:\\n {2}mps-sync ${name} `));
      expect(stdout).toMatch(/\nExit status: 0 .*; 1 .*; 2 .*\.\n$/);
    },
  );

  const parts = commands.flatMap((command) => command.commands.map((part) => [command.name(), part.name()] as const));

  it.each(parts)('%s %s is explained with examples and its statuses too', async (command, part) => {
    const { code, stdout } = await callCommand([command, part, '--help'], {});
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\\n {2}mps-sync ${command} ${part}\\b`));
    expect(stdout).toMatch(/\nExit status: 0 .*; 1 .*; 2 .*\.\n$/);
  });

  it.each(commands.map((command) => command.name()))('%s gives only examples whose options it has', async (name) => {
    const { stdout } = await callCommand([name, '--help'], {});
    const examples = [...stdout.matchAll(/^ {2}mps-sync (.*?)(?: {3}|$)/gm)].map(([, line = '']) => line);
    const options = new Set([...stdout.matchAll(/(--[\w-]+)/g)].map(([, option]) => option));
    const known = new Set(toParts(name).flatMap(({ options: all }) => all.map(({ long }) => long)));
    const used = examples.flatMap((line) => line.split(' ').filter((word) => word.startsWith('--')));
    expect(options.size).toBeGreaterThan(0);
    expect(used.filter((option) => !known.has(option))).toEqual([]);
  });
});

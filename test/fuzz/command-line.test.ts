import { isIP } from 'node:net';
import { CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProgram } from '#cli/program.ts';
import type { StartOptions } from '#cli/start.ts';
import { decideCloud } from '#cli/start-check.ts';
import { parseConfig } from '#core/config.ts';
import { callCommand, elsewhere } from '../cli/command.ts';
import { toLimitMs } from './effort.ts';
import { hostileWord } from './hostile-words.ts';
import { messageOf } from './refusal-of.ts';

/** All but `start`, which would not come back: see below. */
const commands = [
  'sync',
  'backfill',
  'audit',
  'jobs',
  'alerts',
  'doctor',
  'migrate',
  'help',
  'alerts list',
  'alerts silence',
  'alerts silences',
  'alerts end',
  'alerts retry',
];
const options = [
  '--json',
  '--since',
  '--until',
  '--source',
  '--state',
  '--limit',
  '--help',
  '--version',
  '--',
  '-x',
  '--for',
  '--ids',
  '--patience',
  '--reason',
];
const word = fc.oneof(hostileWord, fc.constantFrom(...options), fc.constantFrom('2026-01-31', 'default', '10'));
const line = fc
  .tuple(fc.option(fc.constantFrom(...commands), { freq: 8 }), fc.array(word, { maxLength: 5 }))
  .map(([command, words]) => [
    ...(command?.split(' ') ?? []),
    ...words.filter((each) => !'start'.startsWith(each) || !each),
  ]);
const environment = fc.dictionary(
  fc.constantFrom('MPS_QPS', 'MPS_SOURCES', 'SYNC_SINCE', 'ALERT_SLACK_URL', 'LOG_LEVEL', 'MPS_ENDPOINT', 'VIEW_TOKEN'),
  hostileWord,
  { maxKeys: 3 },
);

describe('the command line, given anything', () => {
  it('says in a sentence what is wrong, and ends with a status that it documents', {
    timeout: toLimitMs(60_000),
  }, async () => {
    await fc.assert(
      fc.asyncProperty(line, environment, async (args, env) => {
        const { code, stderr } = await callCommand(args, env);
        expect([0, 1, 2]).toContain(code);
        if (code !== 0) expect(stderr).not.toBe('');
        expect(stderr).not.toMatch(/^ +at .*:\d+:\d+/m);
      }),
    );
  });
});

/** What a start would be told to do, or what is wrong with the words; nothing is started. */
async function readStart(words: readonly string[]): Promise<StartOptions | string> {
  const said: string[] = [];
  const err = { write: (text: string) => said.push(text) };
  const program = createProgram({ env: {}, out: err, err, directory: elsewhere });
  const found: StartOptions[] = [];
  program.commands.find((command) => command.name() === 'start')?.action((options) => void found.push(options));
  try {
    await program.parseAsync(['node', 'mps-sync', 'start', ...words]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return found[0] ?? said.join('');
}

const port = fc.oneof(hostileWord, fc.constantFrom('0', '8080', '65535', '65536', '080', '1e3', '0x50', ' 1', '1.0'));
const host = fc.oneof(
  hostileWord,
  fc.constantFrom(
    '127.0.0.1',
    '127.1',
    '127.999.1.1',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    'localhost',
    '0.0.0.0',
    '[::1]',
  ),
);
const startOption = fc.oneof(
  port.map((each) => ['--port', each]),
  port.map((each) => [`-p${each}`]),
  host.map((each) => ['--host', each]),
  hostileWord.map((each) => ['--data', each]),
  word.map((each) => [each]),
  fc.constantFrom('--fast', '--no-demo', '--json', '--demo', '--ports').map((each) => [each]),
);

describe('the options of a start, given anything', () => {
  it('are such that it can be tried, or refused in a sentence', { timeout: toLimitMs(60_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(startOption, { maxLength: 4 }), async (parts) => {
        const options = await readStart(parts.flat());
        if (typeof options === 'string') {
          expect(options).toMatch(/./);
          return;
        }
        expect(Number.isInteger(options.port) && options.port >= 0 && options.port <= 65_535).toBe(true);
        expect([options.host, options.demo]).toEqual([expect.any(String), expect.any(Boolean)]);
      }),
    );
  });

  it('let none but this machine in where no token is set', { timeout: toLimitMs(60_000) }, async () => {
    const switches = fc.record({ host, demo: fc.boolean(), fast: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(switches, environment, async (given, env) => {
        const config = messageOf(() => parseConfig(env));
        if (typeof config === 'string') return;
        const cloud = messageOf(() => decideCloud({ ...given, config, env }));
        if (typeof cloud === 'string') expect(cloud).toMatch(/./);
        else if (!config.VIEW_TOKEN) expect(given.host === 'localhost' || isLoopbackAddress(given.host)).toBe(true);
      }),
    );
  });
});

const isLoopbackAddress = (text: string): boolean => text === '::1' || (isIP(text) === 4 && text.startsWith('127.'));

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callCommand } from '../cli/command.ts';
import { toLimitMs } from './effort.ts';
import { hostileWord } from './hostile-words.ts';

/** All but `start`, which would not come back. */
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

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toDuration } from '#cli/alerts.ts';
import { readHolder } from '#cli/local-postgres/directory-lock.ts';
import { borrowStart } from '#cli/running-start.ts';
import { moveUnreleased } from '../../release/changelog.ts';
import { toLimitMs } from './effort.ts';
import { hostileWord } from './hostile-words.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mps-sync-files-'));
  await mkdir(join(directory, '.data'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const wellFormed = hostileWord.map((word) => word.toWellFormed());
const lock = fc.oneof(
  wellFormed,
  fc.integer().map(String),
  fc.constantFrom(
    `${process.pid}`,
    `${process.pid}\n`,
    '-1',
    '0x1',
    '1e0',
    ' 1 ',
    '1.5',
    '99999999999',
    `${process.pid} x`,
    '+1',
    'Infinity',
  ),
);

describe('a lock of a data directory that says anything', () => {
  it('is held by a living process of its number, or by none', { timeout: toLimitMs(60_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(lock, async (text) => {
        await writeFile(join(directory, 'pid'), text);
        const holder = await readHolder(directory);
        if (holder === undefined) expect(text.trim()).not.toBe(String(process.pid));
        else expect(text.trim()).toBe(String(holder));
        if (holder !== undefined) expect(holder).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the file of a start that says anything', () => {
  it('lends an environment of texts, or nothing', { timeout: toLimitMs(60_000) }, async () => {
    const facts = fc.record(
      {
        pid: fc.oneof(fc.constant(process.pid), fc.jsonValue()),
        isDemo: fc.oneof(fc.boolean(), fc.jsonValue()),
        env: fc.oneof(fc.dictionary(wellFormed, wellFormed), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const text = fc.oneof({ weight: 4, arbitrary: facts.map((each) => JSON.stringify(each)) }, wellFormed, fc.json());
    await writeFile(join(directory, '.data', 'pid'), String(process.pid));
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        await writeFile(join(directory, '.data', 'running.json'), said);
        let notes = '';
        const io = { out: { write: () => true }, err: { write: (note: string) => (notes += note) }, directory };
        const env = await borrowStart({ ...io, env: { LOG_LEVEL: 'warn' } });
        for (const value of Object.values(env)) expect(value).toBeTypeOf('string');
        expect(notes !== '').toBe(Object.keys(env).length > 1 || notes !== '');
        if (notes === '') expect(env).toEqual({ LOG_LEVEL: 'warn' });
      }),
    );
  });
});

describe('a changelog of anything', () => {
  it('keeps every line that says something, in its place, or is refused in a sentence', () => {
    const line = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.constantFrom(
          '## Unreleased',
          '## 0.1.0 (2026-01-01)',
          '### Sync',
          '### View',
          '- done',
          '  more',
          '',
          'a paragraph',
          '#### deep',
          '## Unreleased twice',
        ),
      },
      // Blanks at the end of a line say nothing, and at the end of an area they go.
      fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, ' ').trimEnd()),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = `# Changelog\n\n${lines.join('\n')}\n`;
        let moved: string;
        try {
          moved = moveUnreleased(text, '9.9.9', '2026-02-01');
        } catch (error) {
          expect(String(error)).toMatch(/^Error: CHANGELOG\.md has (no section|nothing under) "Unreleased"/);
          return;
        }
        const says = (each: string) => each.split('\n').filter((one) => one.trim() !== '' && !one.startsWith('### '));
        expect(says(moved).filter((one) => !one.startsWith('## 9.9.9 '))).toEqual(says(text));
        expect(moved.split('\n## 9.9.9 (2026-02-01)\n')).toHaveLength(2);
      }),
    );
  });
});

describe('a length of time, typed', () => {
  it('is some minutes and no more than years, or not taken', () => {
    const text = fc.oneof(
      hostileWord,
      fc.stringMatching(/^-?[0-9]{0,6}\.?[mhdsMHD]{0,2}$/),
      fc.constantFrom('1m', '99999d', '1m\n', '١m'),
    );
    fc.assert(
      fc.property(text, (typed) => {
        try {
          const seconds = toDuration(typed);
          expect(typed).toMatch(/^\d+[mhd]$/);
          expect(seconds % 60 === 0 && seconds >= 60 && seconds <= 99_999 * 86_400).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
        }
      }),
    );
  });
});

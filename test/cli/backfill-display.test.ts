import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createBackfillDisplay } from '#cli/backfill-display.ts';
import { describeDuration } from '#cli/progress-text.ts';
import { noCounts } from '#core/run.ts';
import { testSource } from '../sync/harness.ts';

const range = { from: 1_000, to: 2_000 };
const counts = { ...noCounts, read: 1_500, inserted: 1_200, calls: 7 };

describe('the display of a backfill on a terminal', () => {
  it('is a bar, with what happens in lines above it', () => {
    let text = '';
    const out = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
    out.on('data', (chunk) => (text += String(chunk)));
    const source = { ...testSource, endpoint: new URL('http://127.0.0.1:1') };
    const display = createBackfillDisplay({ source, range, json: false, out });
    display.show({ kind: 'progress', counts, left: [{ from: 1_000, to: 1_600 }] });
    display.show({ kind: 'waiting', why: 'busy', ms: 3_000, error: undefined });
    display.show({ kind: 'waiting', why: 'busy', ms: 3_000, error: undefined });
    display.finish({ outcome: 'interrupted', runs: 2, counts, left: [{ from: 1_000, to: 1_600 }] });
    expect(text).toMatch(/default \[={8} {12}\] 40% +1,200 new of 1,500 read, \d+ jobs\/s, \d+ of 1000 calls\/s/);
    expect(text.match(/another run holds source "default": waiting\n/g)).toHaveLength(1);
    expect(text).toMatch(
      /default: interrupted, not covered yet: 1,200 new, 0 changed of 1,500 read, 7 calls, 2 runs\n$/,
    );
  });
});

describe('a time left', () => {
  it.each([
    [0, '1 s'],
    [119.2, '2 min'],
    [90, '90 s'],
    [3_601, '61 min'],
    [12_000, '3 h 20 min'],
    [187_200, '2 d 4 h'],
  ])('of %d s reads %s', (seconds, text) => {
    expect(describeDuration(seconds)).toBe(text);
  });
});

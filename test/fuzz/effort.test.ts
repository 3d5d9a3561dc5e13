import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toLimitMs, toRuns } from './effort.ts';
import { readers } from './readers.ts';

const toTests = (reader: string) =>
  reader.endsWith('.ts')
    ? [reader]
    : readdirSync(reader)
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${reader}/${name}`);

describe('a long run', () => {
  it('tries the examples that it is told to, and has an hour for each property', () => {
    const long = { FUZZ_RUNS: '5000' };
    expect([toRuns(150, long), toLimitMs(60_000, long)]).toEqual([5_000, 3_600_000]);
    expect([toRuns(150, {}), toLimitMs(60_000, {})]).toEqual([150, 60_000]);
  });

  it.each(readers.flatMap(toTests))('is not held back by a number or a limit of its own: %s', (file) => {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/(numRuns|timeout): \d/);
    expect(text).not.toMatch(/^ *\}, \d[\d_]*\);$/m);
  });
});

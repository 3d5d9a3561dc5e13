import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly run?: string;
  readonly 'continue-on-error'?: unknown;
}
interface Job {
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
  readonly 'continue-on-error'?: unknown;
}

const { jobs } = parse(readFileSync('.github/workflows/ci.yml', 'utf8')) as { jobs: Record<string, Job> };
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const commandsOf = ({ steps }: Job): string[] => steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

describe.each(Object.entries(jobs))('what runs on every push: %s', (_, job) => {
  it('ends within the hour, and its failure is one', () => {
    expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    for (const part of [job, ...job.steps]) expect(part).not.toHaveProperty('continue-on-error');
  });

  it('is among the commands that package.json names, each on packages installed anew', () => {
    const named = commandsOf(job).flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
    for (const name of named) expect(scripts).toHaveProperty([name]);
    if (named.length > 0) expect(commandsOf(job)).toContain('npm ci');
  });
});

describe('what runs on every push', () => {
  it('is the check, and beside it what would make the check too long', () => {
    const commands = Object.values(jobs).map((job) => commandsOf(job).at(-1));
    expect(commands).toEqual([
      '.ci/run',
      'npm run proof:release',
      'npm run bench -- --quick',
      'npm run proof:postgres -- oldest installed pooled',
    ]);
    expect(readFileSync('.ci/run', 'utf8')).not.toMatch(/bench|proof/);
  });
});

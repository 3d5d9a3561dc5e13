import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** What figures belong to: code, machine, and what else it had to do when they were begun. */
export interface Circumstances {
  readonly at: Date;
  /** `dirty` where the code was not as committed, `none` where there is no history. */
  readonly commit: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  /** Processes that ran or wanted to, on average over the last minute. */
  readonly loadAtStart: number;
}

export function readCircumstances(): Circumstances {
  return {
    at: new Date(),
    commit: readCommit(),
    machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    loadAtStart: Number(loadavg()[0]?.toFixed(2)),
  };
}

/** Results that were kept before do not make the code another. */
function readCommit(): string {
  try {
    const git = (...words: string[]) =>
      execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--', '.', ':!bench/results', ':!docs/images');
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed === '' ? '' : ' dirty'}`;
  } catch {
    return 'none';
  }
}

import { describe, expect, it } from 'vitest';
import { silentLog } from '#core/log.ts';

describe('a logger that says nothing', () => {
  it.each(['debug', 'info', 'warn', 'error'] as const)('takes what is said at the level %s', (level) => {
    expect(() => silentLog[level]({ source: 'default' }, 'run_finished')).not.toThrow();
  });
});

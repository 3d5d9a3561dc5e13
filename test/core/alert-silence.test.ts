import { describe, expect, it } from 'vitest';
import { isSilencedBy } from '#core/alert-silence.ts';

describe('a silence', () => {
  const any = { rule: null, source: null, pipelineId: null, code: null };
  const key = { rule: 'job-failed', source: 'eu', pipelineId: 'p-12', code: 'X.Y' } as const;
  it.each([
    [any, true],
    [{ ...any, rule: 'job-failed', source: 'eu' }, true],
    [{ ...any, source: 'e' }, false],
    [{ ...any, source: 'e*' }, true],
    [{ ...any, code: 'X.*', pipelineId: 'q*' }, false],
    [{ ...any, code: '*' }, true],
    [{ ...any, code: '' }, false],
  ])('of %o covers the group: %s', (matcher, covers) => {
    expect(isSilencedBy(matcher, key)).toBe(covers);
  });
});

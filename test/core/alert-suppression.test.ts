import { describe, expect, it } from 'vitest';
import { decideSuppression } from '#core/alert-suppression.ts';

const now = Date.parse('2026-03-01T12:00:00Z') / 1000;

describe('a failure', () => {
  const limits = { alertingSince: now, maxAgeSeconds: 86_400 };
  it.each([
    ['created before alerting and failed when first seen', -10, true, 'before-alerting'],
    ['created before alerting and seen to fail', -10, false, null],
    ['created since', 10, true, null],
    ['a day old when it was seen to fail', -86_400, false, 'too-old'],
    ['not quite a day old when it was seen to fail', -86_380, false, null],
    ['created at the very moment', 0, true, null],
  ])('%s is suppressed as: %s', (_, created, firstSighting, reason) => {
    const failure = {
      creationTime: now + (created as number),
      observedAt: now + 20,
      firstSighting: firstSighting as boolean,
    };
    expect(decideSuppression(failure, limits)).toBe(reason);
  });
});

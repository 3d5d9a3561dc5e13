import { describe, expect, it } from 'vitest';
import { followSignals } from '#core/follow-signals.ts';
import { countFollowers } from './followers.ts';

describe('a signal that follows others', () => {
  it.each([0, 1])('is aborted with signal %d of two, for its reason, and then not again', (index) => {
    const followed = [new AbortController(), new AbortController()];
    const { signal } = followSignals(...followed.map((each) => each.signal));
    expect(signal.aborted).toBe(false);
    followed[index]?.abort(new Error('the one'));
    followed[1 - index]?.abort(new Error('the other'));
    expect(signal.reason).toEqual(new Error('the one'));
  });

  it('is aborted from the beginning where one of them is, and then listens to none', () => {
    const living = new AbortController();
    const { signal } = followSignals(living.signal, AbortSignal.abort('before'));
    expect(signal).toMatchObject({ aborted: true, reason: 'before' });
    expect(countFollowers(living.signal)).toBe(0);
  });

  it('leaves nothing with them once it is released, and hears of them no more', () => {
    const process = new AbortController();
    const { signal, release } = followSignals(process.signal);
    expect(countFollowers(process.signal)).toBe(1);
    release();
    expect(countFollowers(process.signal)).toBe(0);
    process.abort();
    expect(signal.aborted).toBe(false);
  });
});

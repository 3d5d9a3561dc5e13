import { describe, expect, it } from 'vitest';
import { toFailureMeaning } from '#core/failure-codes.ts';

describe('the meaning of a failure code', () => {
  it.each([
    ['SnapshotTimeOut', /five seconds/],
    ['InvalidParameter.ResourceNotFound', /does not exist/],
    ['InvalidParameter.ResourceContentBad', /cannot be read/],
    ['InvalidParameter.TimeArray', /beyond the end/],
    ['PermissionDenied.ResourceAccess', /may not read/],
    ['InternalError', /of its own/],
  ])('%s has words of its own', (code, words) => {
    expect(toFailureMeaning(code).meaning).toMatch(words);
  });

  it('is that of its family where the code is not listed', () => {
    expect(toFailureMeaning('Throttling.User')).toEqual(toFailureMeaning('Throttling'));
    expect(toFailureMeaning('InvalidParameter.Something.New')).toEqual(toFailureMeaning('InvalidParameter'));
    expect(toFailureMeaning('InvalidParameter.Format.Deep')).toEqual(toFailureMeaning('InvalidParameter.Format'));
  });

  it('is said to be unknown for a code that only begins like a listed one', () => {
    expect(toFailureMeaning('ThrottlingX').meaning).toMatch(/does not document/);
    expect(toFailureMeaning('constructor').meaning).toMatch(/does not document/);
    expect(toFailureMeaning('').meaning).toMatch(/does not document/);
  });

  it('tells of a missing code', () => {
    expect(toFailureMeaning(null).meaning).toBe('MPS gave no code.');
  });
});

import { describe, expect, it } from 'vitest';
import { toFailureMeaning } from '#core/failure-codes.ts';

const sentence = /^[A-Z].+[^.]\.$/;
const listed = [
  'SnapshotTimeOut',
  'InternalError',
  'Throttling',
  'InvalidIdentity.ServiceDisabled',
  'InvalidParameter',
  ...['NullValue', 'EmptyValue', 'InvalidState', 'NotSupported', 'OutOfRange', 'TimeArray'].map(
    (name) => `InvalidParameter.${name}`,
  ),
  ...['ResourceNotFound', 'ResourceContentBad', 'ResourceNotSupported', 'UUIDFormatInvalid'].map(
    (name) => `InvalidParameter.${name}`,
  ),
  ...['Format', 'NumberFormatInvalid', 'JsonFormatInvalid'].map((name) => `InvalidParameter.${name}`),
  'PermissionDenied.ResourceAccess',
  'PermissionDenied.ResourceQuotaExceed',
];

describe('the meaning of a failure code', () => {
  it.each(listed)('%s is its own, in whole sentences that say what to do', (code) => {
    const { meaning, remedy } = toFailureMeaning(code);
    expect([meaning, remedy]).toEqual([expect.stringMatching(sentence), expect.stringMatching(sentence)]);
    const others = listed.filter((other) => other !== code).map((other) => toFailureMeaning(other).meaning);
    expect(others).not.toContain(meaning);
    expect(toFailureMeaning(`${code}.New`)).toEqual({ meaning, remedy });
  });

  it.each([null, 'NoSuchCode'])('%s says to read the message', (code) => {
    expect(toFailureMeaning(code).remedy).toBe('Read the message of the job.');
  });

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

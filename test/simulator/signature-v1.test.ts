import { describe, expect, test } from 'vitest';
import { start } from './simulators.ts';
import { callV1 } from './v1-call.ts';

describe('a V1 call', () => {
  test('passes as a form', async () => {
    const { url } = await start();
    expect(await callV1(url, { State: 'Success' })).toMatchObject({
      status: 200,
      body: { RequestId: expect.any(String) },
    });
  });

  test.each([
    [{ AccessKeyId: undefined }, 'MissingParameter'],
    [{ Signature: undefined }, 'MissingParameter'],
    [{ SignatureNonce: undefined }, 'MissingParameter'],
    [{ Timestamp: undefined }, 'MissingParameter'],
    [{ Version: undefined }, 'MissingParameter'],
    [{ Timestamp: new Date(Date.now() - 16 * 60_000).toISOString() }, 'InvalidTimeStamp.Expired'],
    [{ SignatureMethod: 'HMAC-MD5' }, 'IncompleteSignature'],
    [{ Format: undefined }, 'InvalidParameter'],
    [{ SecurityToken: 'token' }, 'InvalidSecurityToken.MismatchWithAccessKey'],
    [{ Action: 'QueryJobList' }, 'InvalidAction.NotFound'],
  ])('with %j is refused', async (changes, code) => {
    const { url } = await start();
    expect((await callV1(url, changes)).body.Code).toBe(code);
  });

  test('without any signature is told what is missing', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/?Action=QuerySnapshotJobList&Version=2014-06-18&Format=JSON`, {
      method: 'POST',
    });
    expect(await response.json()).toMatchObject({
      Code: 'MissingParameter',
      Message: expect.stringContaining('AccessKeyId'),
    });
  });
});

import { createHmac, randomUUID } from 'node:crypto';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signs parameters with V1 (HMAC-SHA1) and sends them as a form; `undefined` leaves one of the usual ones out. */
export async function callV1(url: string, changes: Record<string, string | undefined> = {}) {
  const usual = {
    AccessKeyId: DEMO_ACCESS_KEY_ID,
    Action: 'QuerySnapshotJobList',
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: randomUUID(),
    SignatureVersion: '1.0',
    Timestamp: new Date().toISOString(),
    Version: '2014-06-18',
  };
  const params = Object.entries({ ...usual, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const canonical = params
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const signature = createHmac('sha1', `${DEMO_ACCESS_KEY_SECRET}&`)
    .update(`POST&%2F&${encode(canonical)}`)
    .digest('base64');
  const signed = changes.Signature === undefined && 'Signature' in changes ? {} : { Signature: signature };
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ ...Object.fromEntries(params), ...signed }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { documentedRecord, makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { createApp, startWriter } = useView();
const ask = (path: string, headers: Record<string, string> = {}) => createApp().request(path, { headers });

describe('an answer that the client has already', () => {
  it.each(['/v1/jobs', '/v1/stats', '/v1/runs', '/openapi.json'])('is not sent again: %s', async (path) => {
    const writer = await startWriter();
    await writer.write(documentedRecord);
    const tag = (await ask(path)).headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"\w+"$/);
    const again = await ask(path, { 'if-none-match': `"other", ${tag}`, 'accept-encoding': 'gzip' });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect(again.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is sent when it has changed', async () => {
    const writer = await startWriter();
    const tag = (await ask('/v1/jobs')).headers.get('etag') ?? '';
    await writer.write(makeRecord());
    expect((await ask('/v1/jobs', { 'if-none-match': tag })).status).toBe(200);
  });

  it('is never a refusal or an export', async () => {
    for (const path of ['/v1/jobs?limit=0', '/v1/jobs/none', '/v1/export']) {
      expect((await ask(path)).headers.get('etag')).toBeNull();
    }
  });
});

describe('a large answer', () => {
  it.each(['/v1/jobs', '/v1/export', '/jobs', '/'])('is packed for who takes that: %s', async (path) => {
    await (await startWriter()).write(...Array.from({ length: 20 }, () => makeRecord()));
    const packed = await ask(path, { 'accept-encoding': 'gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    const text = gunzipSync(Buffer.from(await packed.arrayBuffer())).toString();
    const plain = await ask(path);
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(text.length).toBe((await plain.text()).length);
  });
});

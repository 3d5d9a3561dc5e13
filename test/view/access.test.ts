import { describe, expect, it } from 'vitest';
import type { ViewOptions } from '#view/app.ts';
import { assets } from '#view/assets/asset.ts';
import { useView } from './use-view.ts';

const { createApp } = useView();

const paths = [
  ...['/', '/jobs', '/jobs/x', '/failures', '/runs', '/docs', '/readyz', '/metrics', '/openapi.json', '/nowhere'],
  ...['/v1/jobs', '/v1/jobs/x', '/v1/jobs/x/transitions', '/v1/health', '/v1/stats', '/v1/failures', '/v1/runs'],
  '/v1/export',
];
const everyPath = [...paths, '/sign-in', ...assets.map(({ path }) => path)];
const deployed: Partial<ViewOptions> = { access: 'token', tokens: ['first-token', 'zweites-Wört'] };
const asBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('a deployed view', () => {
  it.each(paths)('refuses %s without a token', async (path) => {
    const answer = await createApp(deployed).request(path);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mps-sync"');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 401, title: 'Unauthorized', code: 'unauthorized' });
  });

  it.each([
    { authorization: 'Bearer first-token', status: 200 },
    { authorization: 'bearer   first-token ', status: 200 },
    { authorization: asBytes('Bearer zweites-Wört'), status: 200 },
    { authorization: 'Bearer second-token', status: 401 },
    { authorization: 'Bearer first-toke', status: 401 },
    { authorization: 'Bearer first-token,zweites', status: 401 },
    { authorization: 'Bearer', status: 401 },
    { authorization: 'Bearer ', status: 401 },
    { authorization: 'first-token', status: 401 },
    { authorization: 'Basic first-token', status: 401 },
    { authorization: '', status: 401 },
  ])('answers $status to "Authorization: $authorization"', async ({ authorization, status }) => {
    const answer = await createApp(deployed).request('/v1/jobs', { headers: { authorization } });
    expect(answer.status).toBe(status);
  });

  it('does not take a token from the address', async () => {
    expect((await createApp(deployed).request('/v1/jobs?token=first-token')).status).toBe(401);
  });

  it('gives away the files that its sign-in page is drawn with, which hold no data', async () => {
    for (const { path } of assets) expect((await createApp(deployed).request(path)).status).toBe(200);
  });

  it.each([{ tokens: [] }, { tokens: [''] }])(
    'answers nothing at all when its tokens are $tokens',
    async ({ tokens }) => {
      const app = createApp({ access: 'token', tokens });
      for (const path of everyPath) {
        const answer = await app.request(path, { headers: { authorization: 'Bearer ' } });
        expect(answer.status).toBe(503);
        const problem = await answer.json();
        expect(problem).toMatchObject({
          code: 'no_token_configured',
          detail: expect.stringContaining('VIEW_TOKEN is not set'),
        });
      }
      expect((await app.request('/livez')).status).toBe(200);
    },
  );

  it('lets a probe ask whether it lives, and nothing like it', async () => {
    expect((await createApp(deployed).request('/livez')).status).toBe(200);
    for (const path of ['/livez/', '/livez%2F', '//livez', '/livez/../v1/jobs', '/LIVEZ']) {
      expect((await createApp(deployed).request(path)).status).toBe(401);
    }
  });
});

describe('a view on loopback', () => {
  it.each([
    { host: '127.0.0.1', status: 200 },
    { host: '127.0.0.1:8080', status: 200 },
    { host: 'localhost:8080', status: 200 },
    { host: 'LocalHost', status: 200 },
    { host: '[::1]:8080', status: 200 },
    { host: 'evil.example', status: 403 },
    { host: 'evil.example:8080', status: 403 },
    { host: '127.0.0.1.evil.example', status: 403 },
    { host: 'localhost.evil.example', status: 403 },
    { host: '127.0.0.1@evil.example', status: 403 },
    { host: '0.0.0.0:8080', status: 403 },
    { host: '', status: 403 },
  ])('answers $status to "Host: $host"', async ({ host, status }) => {
    for (const path of ['/v1/jobs', '/', '/livez']) {
      expect((await createApp().request(path, { headers: { host } })).status).toBe(status);
    }
  });

  it('asks for a token where one is configured', async () => {
    const app = createApp({ tokens: ['t'] });
    expect((await app.request('/v1/jobs')).status).toBe(401);
    expect((await app.request('/v1/jobs', { headers: { authorization: 'Bearer t' } })).status).toBe(200);
  });
});

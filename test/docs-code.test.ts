import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as host from '@fc2/runtime/host';
import { build, transform } from 'esbuild';
import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { toAlertText } from '#core/alert-text.ts';
import { parseConfig } from '#core/config.ts';
import { toSources } from '#core/sources.ts';
import { sampleChannel, webhookSecret } from './alerts/sample-channels.ts';
import { sampleNotification } from './core/sample-notification.ts';
import { makeRecord } from './db/sample-jobs.ts';
import { readPages } from './docs-pages.ts';
import { serveView } from './view/serve-view.ts';
import { useView } from './view/use-view.ts';

const folder = mkdtempSync(join(tmpdir(), 'docs-code-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { createApp, startWriter } = useView();

function readBlocks(page: string, language: string): string[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
}

const require = createRequire(import.meta.url);
const packages: Readonly<Record<string, object>> = { '@fc2/runtime/host': host };

/** What the import lines of an example bring, as a program that TypeScript compiled would get it. */
function readImports(block: string): Record<string, unknown> {
  const lines = [...block.matchAll(/^import (?:(\w+),? ?)?(?:\{ (.*?) \} )?from '([^']+)';$/gm)];
  const found = lines.flatMap(([, whole, parts = '', name = '']) => {
    const module = (packages[name] ?? require(name)) as Record<string, unknown>;
    const named = parts.split(', ').filter((part) => part !== '');
    return [...(whole ? [[whole, module.default]] : []), ...named.map((part) => [part, module[part]])];
  });
  return Object.fromEntries(found) as Record<string, unknown>;
}

/** Runs an example with the names that it takes for granted, and returns the ones that are asked for. */
async function run<Result>(block: string, given: object, wanted: string): Promise<Result> {
  const scope = { ...readImports(block), ...given };
  expect(Object.entries(scope).filter(([, value]) => value === undefined)).toEqual([]);
  const body = block.replace(/^import .*;$/gm, '');
  const { code } = await transform(`async function run() {${body}\nreturn ${wanted};\n}`, { loader: 'ts' });
  const names = Object.keys(scope).join(', ');
  const made = new Function(`{ ${names} }`, `${code}\nreturn run();`) as (scope: object) => Promise<Result>;
  return made(scope);
}

describe('code in the documentation', () => {
  it('is in blocks that this file runs', () => {
    const withCode = readPages().filter(({ page, text }) => /^```(ts|js|tsx)\n/m.test(text) && readBlocks(page, 'ts'));
    expect(withCode.map(({ page }) => page).sort()).toEqual([
      'docs/alert-channels.md',
      'docs/api.md',
      'runtime/README.md',
    ]);
  });

  it('verifies a message as docs/alert-channels.md says', async () => {
    const [block = ''] = readBlocks('docs/alert-channels.md', 'ts');
    const rawBody = '{"type":"mps_sync.alerts"}';
    const at = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(webhookSecret).sign('msg_1', at, rawBody),
    };
    const given = { secret: webhookSecret, rawBody, headers };
    expect(await run(block, given, 'message')).toEqual({ type: 'mps_sync.alerts' });
    await expect(run(block, { ...given, rawBody: '{"type":"other"}' }, 'message')).rejects.toThrow();
  });

  it('is told in words, and as JSON, as docs/alert-channels.md shows', () => {
    const [body] = sampleChannel('webhook', 'https://hooks.example.com').pack([sampleNotification], 1);
    const [json = ''] = readBlocks('docs/alert-channels.md', 'json');
    expect(JSON.parse(json)).toEqual(body?.body);
    const [words = ''] = readBlocks('docs/alert-channels.md', 'text');
    const { title, facts } = toAlertText(sampleNotification, 'full');
    const told = [title, ...facts.map(({ label, text }) => `${label}: ${text}`)].join(' ');
    expect(words.replace(/\s+/g, ' ').trim()).toBe(told.replace(/\s+/g, ' ').trim());
  });

  it('lists sources that are read as docs/sources.md says', () => {
    for (const block of readBlocks('docs/sources.md', 'json')) {
      const sources = toSources(parseConfig({ MPS_SOURCES: block }));
      expect(sources.map(({ name }) => name)).toEqual(
        (JSON.parse(block) as { name: string }[]).map(({ name }) => name),
      );
    }
  });

  it('asks the view by the official SDK as docs/api.md says', async () => {
    const [block = ''] = readBlocks('docs/api.md', 'ts');
    const record = makeRecord({ State: 'Fail' });
    const writer = await startWriter('default', Date.parse('2020-01-01T00:00:00Z') / 1000);
    await writer.write(record);
    const replicaKey = { id: 'replica-key', secret: 'replica-secret' };
    const { url } = await serveView(createApp({ replicaKey }));
    const here = block.replace("'view.example.com',", `'${new URL(url).host}', protocol: 'http',`);
    expect(here).not.toBe(block);
    const process = { env: { VIEW_ACCESS_KEY_ID: replicaKey.id, VIEW_ACCESS_KEY_SECRET: replicaKey.secret } };
    const body = await run<{ snapshotJobList: { snapshotJob: { id: string }[] } }>(here, { process }, 'body');
    expect(body.snapshotJobList.snapshotJob.map(({ id }) => id)).toEqual([record.Id]);
  });

  it('makes functions, and hosts one, as the README of @fc2/runtime says', async () => {
    const [handlers = '', hosting = ''] = readBlocks('runtime/README.md', 'ts');
    const built = join(folder, 'built');
    await build({
      stdin: { contents: handlers, loader: 'ts', resolveDir: resolve('.') },
      outfile: join(built, 'index.js'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'silent',
    });
    writeFileSync(join(built, 'package.json'), '{ "type": "commonjs" }');
    const tick = hosting.replace("'dist/sync'", JSON.stringify(built)).replace("'index.handler'", "'index.tick'");
    const given = {};
    const { text } = await run<{ text: string }>(tick, given, '{ text }');
    expect(JSON.parse(text)).toEqual({ ran: 'everything' });
    const web = hosting.replace("'dist/sync'", JSON.stringify(built)).replace("'index.handler'", "'index.web'");
    const { response } = await run<{ response: Response }>(web, given, '{ response }');
    expect(await response.text()).toBe('/livez');
    const real = hosting.replace("'dist/sync'", JSON.stringify(join(inject('dist'), 'sync')));
    const { error } = await run<{ error: { errorMessage: string } }>(real, given, '{ error }');
    expect(error.errorMessage).toMatch(/DATABASE_URL is not set/);
  });
});

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';
import { readArguments } from '#scripts/read-arguments.ts';
import { type FileTexts, fileTexts } from './view/assets/file-texts.ts';

/** One folder of `dist/` each, named like its file in `functions/`. */
const functions = ['sync', 'view', 'view-server', 'alert'] as const;

const usage = `npm run build -- [folder, else dist]
Bundles the functions, a folder each, as they are deployed.`;
const [dist = 'dist'] = readArguments(usage, { allowPositionals: true }).positionals;

/** The files that pages load, as texts made smaller, in the place of the module that reads them from a checkout. */
const inlineFiles: Plugin = {
  name: 'inline-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]view[\\/]assets[\\/]file-texts\.ts$/ }, async () => {
      const loaders: Record<keyof FileTexts, 'css' | 'js'> = {
        style: 'css',
        page: 'js',
        chartStyle: 'css',
        chart: 'js',
      };
      const small = Object.entries(fileTexts).map(async ([name, text]) => {
        const loader = loaders[name as keyof FileTexts];
        const { code } = await transform(text, { loader, minify: true, target: 'es2022', legalComments: 'none' });
        return [name, code] as const;
      });
      return { contents: `export const fileTexts = ${JSON.stringify(Object.fromEntries(await Promise.all(small)))};` };
    }),
};

/**
 * The pool of undici, by which MPS is called, without the rest of it (fetch, WebSocket, caches): a fifth of the bundle, which
 * every cold start would compile. Its requests are put together as in `undici/index.js`.
 */
const undiciPool: Plugin = {
  name: 'undici-pool',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'undici-pool' }));
    onLoad({ filter: /^undici$/, namespace: 'undici-pool' }, () => ({
      contents: `
        import request from 'undici/lib/api/api-request.js';
        import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
        Dispatcher.prototype.request = request;
        export { default as Pool } from 'undici/lib/dispatcher/pool.js';`,
      resolveDir: import.meta.dirname,
    }));
  },
};

/**
 * Bundles a function as CommonJS, which every loader of the platform understands; the `package.json` beside it says
 * so to a Node that would else look further up. Source maps stay out of the folder that is uploaded.
 */
async function buildFunction(name: string): Promise<void> {
  const folder = join(dist, name);
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: [join('functions', `${name}.ts`)],
    outfile: join(folder, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'external',
    legalComments: 'none',
    external: ['pg-native', 'pg-cloudflare'],
    // Where there is none, as in Node 20, pg looks at `Response` to know Cloudflare's Workers: that loads all of Node's `fetch`.
    define: { navigator: '{ "userAgent": "Node.js" }' },
    plugins: [inlineFiles, undiciPool],
    logLevel: 'warning',
  });
  await mkdir(join(dist, 'maps'), { recursive: true });
  await rename(join(folder, 'index.js.map'), join(dist, 'maps', `${name}.js.map`));
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

await Promise.all(functions.map(buildFunction));

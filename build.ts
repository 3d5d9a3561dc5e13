import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** One folder of `dist/` each, named like its file in `functions/`. */
const functions = ['sync', 'view'] as const;

const dist = process.argv[2] ?? 'dist';

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
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'external',
    legalComments: 'none',
    external: ['pg-native', 'pg-cloudflare'],
    logLevel: 'warning',
  });
  await mkdir(join(dist, 'maps'), { recursive: true });
  await rename(join(folder, 'index.js.map'), join(dist, 'maps', `${name}.js.map`));
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

await Promise.all(functions.map(buildFunction));

// Plain JavaScript: this also runs in the host's worker, where nothing may understand TypeScript.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Loads the function that a handler string such as `index.handler` names, the way the built-in Node runtime does: the
 * string splits at its last dot, the module is `<codeDir>/<module>.js` or `.mjs`.
 *
 * @param {string} codeDir
 * @param {string} handler
 * @returns {Promise<(...values: unknown[]) => unknown>}
 * @throws {Error} when there is no such file, or the file exports no such function; and what the module throws
 */
export async function loadFunction(codeDir, handler) {
  const dot = handler.lastIndexOf('.');
  if (dot <= 0 || dot === handler.length - 1)
    throw new Error(`handler '${handler}' is not of the form module.function`);
  const root = resolve(codeDir);
  const path = join(root, handler.slice(0, dot));
  const file = ['.js', '.mjs'].map((extension) => path + extension).find((each) => existsSync(each));
  if (file === undefined) throw new Error(`handler '${handler}': there is no ${handler.slice(0, dot)}.js or .mjs`);
  const exported = await loadModule(root, file);
  const found = exported[handler.slice(dot + 1)];
  if (typeof found !== 'function')
    throw new Error(`handler '${handler}': the module exports no function '${handler.slice(dot + 1)}'`);
  return found;
}

/**
 * @param {string} root
 * @param {string} file
 */
async function loadModule(root, file) {
  const isModule = file.endsWith('.mjs') || packageType(root, dirname(file)) === 'module';
  return isModule ? import(pathToFileURL(file).href) : createRequire(file)(file);
}

/**
 * The `type` of the nearest package.json, not looking above the code: on the platform nothing is there.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {string | undefined}
 */
function packageType(root, folder) {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type;
  return folder === root || folder === dirname(folder) ? undefined : packageType(root, dirname(folder));
}

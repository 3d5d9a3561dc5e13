/**
 * Loads the function that a handler string such as `index.handler` names, the way the built-in Node runtime does: the
 * string splits at its last dot, the module is `<codeDir>/<module>.js` or `.mjs`. Runs in this process: what is above
 * `codeDir` is in reach, unlike under `createHost`.
 *
 * Rejects when there is no such file, when it exports no such function, and with what the module throws.
 */
export function loadFunction(codeDir: string, handler: string): Promise<(...values: unknown[]) => unknown>;

// The inside of one local function instance: plain JavaScript in a plain Node process, so that code which loads here
// loads without tsx too. Talks to host-instance.ts over IPC: one { id, kind, handler, event, context } in, one answer out.
import { performance } from 'node:perf_hooks';
import { format } from 'node:util';
import { loadFunction } from './load-function.mjs';

const codeDir = process.argv[2] ?? '.';
const send = process.send?.bind(process) ?? (() => true);
const write = process.stdout.write.bind(process.stdout);
// The platform's processes have no such channel, and some libraries behave otherwise when they see one.
process.send = undefined;

/** @type {{ id: string, loadMs?: number, startedAt: number } | undefined} */
let current;
/** @type {Map<string, (...values: unknown[]) => unknown>} */
const loaded = new Map();

/** @param {string} level */
const printer =
  (level) =>
  /** @param {unknown[]} values */
  (...values) => {
    const text = format(...values).replaceAll('\n', '\r');
    write(`${new Date().toISOString()} ${current?.id ?? ''} [${level}] ${text}\n`);
  };

const logger = {
  log: printer('verbose'),
  debug: printer('debug'),
  info: printer('info'),
  warn: printer('warn'),
  error: printer('error'),
};
Object.assign(globalThis.console, logger);

/** @param {unknown} value */
function toPayload(value) {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/**
 * @param {unknown} error
 * @param {string} [type]
 */
function toFailure(error, type) {
  if (!(error instanceof Error))
    return { errorMessage: String(error), errorType: type ?? typeof error, stackTrace: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    errorMessage: type === undefined ? error.message : `uncaughtException: ${error.message}`,
    errorType: type ?? error.name,
    stackTrace: frames.map((line) => line.trim()),
  };
}

/**
 * Answers the call at hand, then marks on stdout that everything printed during the call has been written.
 *
 * @param {{ payload?: Buffer, error?: object }} result
 * @param {() => void} [done]
 */
function answer(result, done) {
  if (current === undefined) return done?.();
  const { id, loadMs, startedAt } = current;
  current = undefined;
  const callMs = performance.now() - startedAt - (loadMs ?? 0);
  const payload = result.error === undefined ? result.payload : Buffer.from(JSON.stringify(result.error));
  write(`\0end ${id}\n`);
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  send(
    { id, payload, error: result.error, loadMs, callMs, peakMemoryMb, isLast: done !== undefined },
    undefined,
    undefined,
    done,
  );
}

/** @param {string} handler */
async function load(handler) {
  const known = loaded.get(handler);
  if (known !== undefined) return known;
  const startedAt = performance.now();
  const found = await loadFunction(codeDir, handler);
  if (current !== undefined) current.loadMs = performance.now() - startedAt;
  loaded.set(handler, found);
  return found;
}

/** @param {{ id: string, kind: 'event' | 'hook', handler: string, event: Uint8Array, context: object }} call */
async function run({ id, kind, handler, event, context }) {
  current = { id, startedAt: performance.now() };
  try {
    const found = await load(handler);
    const full = { ...context, logger };
    const result = kind === 'hook' ? await found(full) : await found(Buffer.from(event), full);
    answer({ payload: toPayload(result) });
  } catch (error) {
    answer({ error: toFailure(error) });
  }
}

process.on('message', (call) => void run(/** @type {any} */ (call)));
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => {
  printer('error')(error);
  answer({ error: toFailure(error, 'FunctionUnhandledError') }, () => process.exit(1));
});
send({ ready: true });

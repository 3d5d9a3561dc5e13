import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hostFunction } from './functions.ts';

const hooked = {
  'index.mjs': `
    let initialized = 0;
    export const initialize = async (context) => { initialized += 1; console.log('initialize ' + context.function.name); };
    export const handler = async () => ({ initialized, pid: process.pid, folder: process.cwd() });
    export const preStop = async () => { console.log('preStop'); };`,
};
const hooks = { initializer: 'index.initialize', preStop: 'index.preStop' };
const parse = ({ text }: { text: string }) => JSON.parse(text);
const isRunning = (pid: number) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readStatus(pid));
const readStatus = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8');

describe('an error of a hosted function', () => {
  test('is answered as message, type and stack', async () => {
    const host = await hostFunction({
      'index.js': 'exports.handler = async () => { throw new RangeError("too far"); };',
    });
    const answer = await host.invoke('');
    expect(parse(answer)).toEqual({
      errorMessage: 'too far',
      errorType: 'RangeError',
      stackTrace: expect.arrayContaining([expect.stringMatching(/^at .*index\.js:1:\d+/)]),
    });
    expect(answer.error).toEqual(parse(answer));
  });

  test.each([
    ['a module that does not load', 'throw new Error("broken");', 'broken'],
    ['a module without the handler', 'export const other = 1;', "no function 'handler'"],
    ['a result that JSON cannot carry', 'export const handler = async () => ({ n: 1n });', 'BigInt'],
  ])('is answered for %s', async (_name, source, message) => {
    const { error } = await (await hostFunction({ 'index.mjs': source })).invoke('');
    expect(error?.errorMessage).toContain(message);
  });

  test.each([
    ['an uncaught exception', 'setTimeout(() => { throw new Error("later"); }); await new Promise(() => {});', 'later'],
    ['an unhandled rejection', 'void Promise.reject(new Error("later")); await new Promise(() => {});', 'later'],
    ['an exit', 'process.exit(3)', 'Process exited'],
  ])('ends the instance, and the next call has a new one: %s', async (_name, source, message) => {
    const host = await hostFunction({
      'index.mjs': `export const handler = async (event) => { if (event.length > 0) { ${source} } return process.pid; };`,
    });
    const { text: before } = await host.invoke('');
    const { error } = await host.invoke('crash');
    expect(error).toMatchObject({
      errorType: 'FunctionUnhandledError',
      errorMessage: expect.stringContaining(message),
    });
    const { text: after } = await host.invoke('');
    expect(after).toMatch(/^\d+$/);
    expect(after).not.toBe(before);
  });
});

describe('the time limit', () => {
  test.each([
    ['waits', 'await new Promise(() => {})'],
    ['computes', 'for (;;);'],
  ])('ends a function that %s, and what it printed is kept', async (_name, source) => {
    const host = await hostFunction(
      {
        'index.mjs': `export const handler = async (event) => { if (event.length === 0) return 'ok'; process.stdout.write('said\\n'); ${source} };`,
      },
      { timeoutSeconds: 0.4 },
    );
    const { error } = await host.invoke('hang');
    expect(error).toMatchObject({ errorMessage: 'Function timed out after 0.4 seconds' });
    expect((await host.invoke('')).text).toBe('ok');
    expect(host.logs).toEqual(['said']);
  });
});

describe('lifecycle hooks', () => {
  test('the initializer runs once before the first call, preStop when the host stops', async () => {
    const host = await hostFunction(hooked, hooks);
    expect(host.logs).toEqual([]);
    expect([parse(await host.invoke('')).initialized, parse(await host.invoke('')).initialized]).toEqual([1, 1]);
    await host.stop();
    expect(host.logs.map((line) => line.replace(/^.*\] /, ''))).toEqual(['initialize sync', 'preStop']);
    expect(host.timings.initializeMs).toBeGreaterThan(0);
  });

  test('an initializer that fails answers the call and is repeated until it succeeds', async () => {
    const host = await hostFunction(
      {
        'index.mjs': `let n = 0;
          export const initialize = async () => { n += 1; if (n < 3) throw new Error('attempt ' + n); };
          export const handler = async () => n;`,
      },
      { initializer: 'index.initialize' },
    );
    const answers = [await host.invoke(''), await host.invoke(''), await host.invoke(''), await host.invoke('')];
    expect(answers.map(({ error, text }) => error?.errorMessage ?? text)).toEqual(['attempt 1', 'attempt 2', '3', '3']);
  });
});

describe('freezing', () => {
  const ticking = {
    'index.mjs': `let ticks = 0; setInterval(() => { ticks += 1; }, 5);
      export const handler = async () => ({ ticks, pid: process.pid });`,
  };

  test('stops the function between calls without its knowing', async () => {
    const host = await hostFunction(ticking, { freeze: true });
    const first = parse(await host.invoke(''));
    await expect.poll(() => readStatus(first.pid)).toMatch(/^State:\s+T/m);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const second = parse(await host.invoke(''));
    expect(second.pid).toBe(first.pid);
    expect(second.ticks - first.ticks).toBeLessThan(20);
  });

  test('can be asked for, and lasts until the next call', async () => {
    const host = await hostFunction(ticking);
    const { pid } = parse(await host.invoke(''));
    await host.freeze(20);
    await expect.poll(() => readStatus(pid)).toMatch(/^State:\s+T/m);
    expect(parse(await host.invoke('')).pid).toBe(pid);
    expect(readStatus(pid)).not.toMatch(/^State:\s+T/m);
  });

  test('before the first call does nothing', async () => {
    await expect((await hostFunction(ticking)).freeze()).resolves.toBeUndefined();
  });
});

describe('stopping', () => {
  test.each([
    ['running', false],
    ['frozen', true],
  ])('ends a %s instance and removes its code', async (_name, freeze) => {
    const host = await hostFunction(hooked, { ...hooks, freeze });
    const { pid, folder } = parse(await host.invoke(''));
    expect(statSync(folder).isDirectory()).toBe(true);
    await Promise.all([host.stop(), host.stop()]);
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
    await expect(host.invoke('')).rejects.toThrow('the host is stopped');
  });

  test('a host that never ran needs nothing', async () => {
    await expect((await hostFunction(hooked, hooks)).stop()).resolves.toBeUndefined();
  });
});

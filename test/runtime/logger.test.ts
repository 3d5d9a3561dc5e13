import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createMemoryLog } from './contexts.ts';

describe('a log entry', () => {
  test('is one line of JSON with the level as a word and the time in ISO', () => {
    const { log, lines, entries } = createMemoryLog();
    log.child({ requestId: 'r' }).warn({ rows: 2 }, 'two\nlines\r\nhere');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\r\n]+\n$/);
    expect(entries()[0]).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestId: 'r',
      rows: 2,
      msg: 'two\nlines\r\nhere',
    });
  });

  test('below the level is not written', () => {
    const { log, lines } = createMemoryLog('error');
    log.warn('no');
    log.error('yes');
    expect(lines).toHaveLength(1);
  });

  test('holds an error with its code and causes, wherever it stands, and none of its other properties', () => {
    const { log, entries } = createMemoryLog();
    const root = Object.assign(new Error('reset'), { code: 'ECONNRESET', request: 'unwanted' });
    log.error({ err: new TypeError('page failed', { cause: root }), nested: { tries: [root] } });
    const [entry] = entries();
    expect(entry).toMatchObject({
      msg: 'page failed',
      err: { type: 'TypeError', message: 'page failed', cause: { code: 'ECONNRESET', stack: expect.any(String) } },
      nested: { tries: [{ type: 'Error', message: 'reset' }] },
    });
    expect(JSON.stringify(entry)).not.toContain('unwanted');
  });

  test('bears errors that cause themselves, aggregates and values that JSON does not know', () => {
    const { log, entries } = createMemoryLog();
    const loop = new Error('loop');
    loop.cause = loop;
    const fields: Record<string, unknown> = { big: 1n, when: new Date(0) };
    fields.self = fields;
    log.error({ err: new AggregateError([loop, 'text'], 'many'), ...fields }, 'odd');
    expect(entries()[0]).toMatchObject({
      when: '1970-01-01T00:00:00.000Z',
      err: { errors: [{ message: 'loop' }, 'text'] },
    });
  });

  test.each<[string, object]>([
    ['one long text', { text: 'x'.repeat(200_000) }],
    ['a long text of three-byte characters', { text: '错'.repeat(100_000) }],
    ['many texts', { texts: Array.from({ length: 300 }, () => 'y'.repeat(5_000)) }],
    [
      'more fields than can be shortened',
      Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`field${n}`, n])),
    ],
    ['a long message in an error', { err: new Error('z'.repeat(100_000)) }],
  ])('stays below 32 KB: %s', (_name, fields) => {
    const { log, lines, entries } = createMemoryLog();
    log.child({ requestId: 'r' }).info(fields, 'still here');
    expect(Buffer.byteLength(lines.join(''))).toBeLessThan(32 * 1024);
    expect(entries()[0]).toMatchObject({ level: 'info', requestId: 'r', msg: 'still here' });
  });

  test('is redacted in fields, bindings, message and error', () => {
    const { log, lines } = createMemoryLog();
    const fields = { credentials: { accessKeySecret: 'hidden' }, headers: { Authorization: 'hidden' } };
    const url = 'postgres://u:hidden@h/d';
    log
      .child({ token: 'hidden', url })
      .error({ ...fields, err: new Error(url) }, 'at %s with password=%s', url, 'hidden');
    log.error(new Error(`no ${url}`));
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('hidden');
  });

  test('goes straight to standard output, so that nothing is lost when the process stops dead', () => {
    const index = fileURLToPath(new URL('../../runtime/index.ts', import.meta.url));
    const script = `
      import { createLogger } from ${JSON.stringify(index)};
      createLogger().info({ n: 1 }, 'last words');
      process.kill(process.pid, 'SIGKILL');`;
    let printed = '';
    try {
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' });
    } catch (error) {
      printed = String((error as { stdout: string }).stdout);
    }
    expect(JSON.parse(printed)).toMatchObject({ level: 'info', n: 1, msg: 'last words' });
  });
});

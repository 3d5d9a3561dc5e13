import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { hostileWord } from './hostile-words.ts';

/** Sends bytes, whatever they are, and reads until the server closes. What may be no whole request is not waited for. */
export async function exchange(port: number, bytes: Buffer, isWhole = true): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(20_000, () => socket.destroy(new Error('no answer, and the connection is left open')));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes);
  // A server of Node's gives up what it has not answered yet once its client has ended.
  const timer = isWhole ? undefined : setTimeout(() => socket.end(), 100);
  await once(socket, 'close');
  clearTimeout(timer);
  return Buffer.concat(chunks).toString('latin1');
}

export const toBytes = (lines: readonly string[], body = ''): Buffer =>
  Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
export const clean = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');

const headerLine = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'host',
        'Host',
        'content-length',
        'transfer-encoding',
        'expect',
        'upgrade',
        'connection',
        'cookie',
        'x',
      ),
      fc.oneof(
        hostileWord.map(clean),
        fc.constantFrom('chunked', '5', '100-continue', 'websocket', 'keep-alive, close', 'a', '[::1]:x'),
      ),
    )
    .map(([name, text]) => `${name}: ${text}`),
  hostileWord.map(clean),
);
/** Targets as no client builds them, but any may send. */
const target = fc.oneof(
  fc.constantFrom(
    '*',
    '//',
    '//evil.example/jobs',
    'http://evil.example/jobs',
    'http://',
    '/..//..',
    '/%',
    '/\xff',
    'jobs',
    '/jobs?\xe9',
    'a:b',
    '/[',
    '/\\',
  ),
  hostileWord.map((word) => `/${clean(word).replaceAll(' ', '+')}`),
);

export interface OddRequest {
  readonly bytes: Buffer;
  /** Whether its server has to answer it. */
  readonly isWhole: boolean;
}

/** Refused with 400 by Node's own server, so that however short a run is, one is. */
export const noHttp: OddRequest = { bytes: toBytes(['GET / HTTP/9.9']), isWhole: true };

/** A request, whole or not, with these headers among others. */
export const oddRequest = (headers: readonly string[]) =>
  fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'TRACE', 'CONNECT', 'OPTIONS', 'FOO', 'get'),
      target,
      version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/0.9', 'HTTP/2.0'),
      // Without it Node's own server refuses what is of HTTP/1.1, and ours never hears of it.
      host: fc.constantFrom(['host: 127.0.0.1'], []),
      lines: fc.array(headerLine, { maxLength: 3 }),
      body: fc.oneof(fc.constant(''), hostileWord, fc.constantFrom('5\r\nhello\r\n0\r\n\r\n', 'zz\r\n')),
    })
    .map(({ method, target: path, version, host, lines, body }): OddRequest => {
      const all = [`${method} ${path} ${version}`, ...host, ...lines, ...headers, 'connection: close'];
      return { bytes: toBytes(all, body), isWhole: false };
    });

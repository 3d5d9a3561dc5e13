import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FaultProxy, networkFaults, startFaultProxy } from './fault-proxy.ts';

let echo: Server;
let proxy: FaultProxy;
const heard: string[] = [];
const opened: Socket[] = [];
/** The server's ends of the connections. */
const served: Socket[] = [];

beforeEach(async () => {
  heard.length = 0;
  served.length = 0;
  echo = createServer((socket) => {
    served.push(socket);
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        heard.push(chunk.toString());
        socket.write(chunk);
      });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy((echo.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

async function connect(): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port: proxy.port }).on('error', () => {});
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** What comes back of a text: `nothing` within a while, or `closed`. */
async function say(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data').then(([chunk]) => String(chunk));
  const closed = once(socket, 'close').then(() => 'closed');
  socket.write(text);
  return Promise.race([answer, closed, delay(1_500, 'nothing')]);
}

describe('the fault proxy', () => {
  it('passes everything on while nothing is wrong', async () => {
    expect(await say(await connect(), 'hello')).toBe('hello');
  });

  it('cuts the connections there are, and takes new ones', async () => {
    const socket = await connect();
    await say(socket, 'hello');
    const broken = once(socket, 'error').then(([error]) => error.code);
    proxy.strike('cut');
    expect(await broken).toBe('ECONNRESET');
    proxy.heal();
    expect(await say(await connect(), 'again')).toBe('again');
  });

  it('leaves half-open connections silent for ever, and heals for new ones', async () => {
    const socket = await connect();
    await say(socket, 'hello');
    proxy.strike('half-open');
    proxy.heal();
    expect(await say(socket, 'lost')).toBe('nothing');
    expect(heard).toEqual(['hello']);
    expect(await say(await connect(), 'new')).toBe('new');
  });

  it('loses answers while what was asked arrives, and their end with them', async () => {
    const socket = await connect();
    proxy.strike('answers-lost');
    expect(await say(socket, 'asked')).toBe('nothing');
    expect(heard).toEqual(['asked']);
    const end = once(socket.resume(), 'end').then(() => 'ended');
    served[0]?.end();
    expect(await Promise.race([end, delay(300, 'nothing')])).toBe('nothing');
  });

  it('loses requests while what the server says of its own accord arrives', async () => {
    const socket = await connect();
    await say(socket, 'hello');
    proxy.strike('requests-lost');
    expect(await say(socket, 'asked')).toBe('nothing');
    expect(heard).toEqual(['hello']);
    const news = once(socket, 'data');
    served[0]?.write('news');
    expect(String(await news)).toBe('news');
  });

  it('resets the server when the client gives up on a silent connection', async () => {
    const socket = await connect();
    await say(socket, 'hello');
    proxy.strike('half-open');
    const reset = once(served[0] as Socket, 'error').then(([error]) => error.code);
    socket.end('lost');
    expect(await reset).toBe('ECONNRESET');
    expect(heard).toEqual(['hello']);
  });

  it('breaks an answer off in its middle', async () => {
    const socket = await connect();
    proxy.strike('truncate');
    expect(await say(socket, 'half of this')).toBe('half o');
  });

  it('delivers every piece late, and in order', async () => {
    const socket = await connect();
    await say(socket, 'hello');
    proxy.strike('delay');
    const asked = performance.now();
    expect(await say(socket, 'late')).toBe('late');
    expect(performance.now() - asked).toBeGreaterThan(700);
  });

  it('lets nothing overtake what is still late when it has healed, the end of a connection neither', async () => {
    const socket = await connect();
    await say(socket, 'hello');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    proxy.strike('delay');
    socket.write('late, ');
    await vi.waitFor(() => expect(proxy.hits.delay).toBe(1));
    proxy.heal();
    socket.end('then in time');
    await once(socket, 'end');
    expect(answer).toBe('late, then in time');
    expect(heard.join('')).toBe('hellolate, then in time');
  });

  it('counts what each fault hit, and nothing where there was nothing to hit', async () => {
    for (const fault of networkFaults) proxy.strike(fault);
    expect(Object.values(proxy.hits)).toEqual([0, 0, 0, 0, 0, 0]);
    proxy.heal();
    await connect();
    await connect();
    proxy.strike('cut');
    proxy.strike('half-open');
    expect(proxy.hits).toMatchObject({ cut: 2, delay: 0 });
  });
});

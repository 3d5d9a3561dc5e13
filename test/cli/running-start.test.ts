import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { borrowStart, publishStart } from '#cli/running-start.ts';

const lent = { DATABASE_URL: 'postgres://mps:x@127.0.0.1:1/mps', MPS_ENDPOINT: 'http://127.0.0.1:2' };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mps-sync-running-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A start whose data directory this very process holds, which is alive for sure. */
async function start(data = '.data', { isDemo = true, holder = process.pid } = {}) {
  await mkdir(join(directory, data));
  await writeFile(join(directory, data, 'pid'), `${holder}\n`);
  return publishStart(join(directory, data), { isDemo, env: lent });
}

async function borrow(env: Record<string, string> = {}) {
  let said = '';
  const io = { out: { write: () => true }, err: { write: (text: string) => (said += text) }, directory };
  return { env: await borrowStart({ ...io, env }), said };
}

describe('a command without DATABASE_URL', () => {
  it('uses the database and the simulated MPS of the start that runs here, and says so', async () => {
    await start();
    expect(await borrow({ LOG_LEVEL: 'warn' })).toEqual({
      env: { LOG_LEVEL: 'warn', ...lent },
      said: 'mps-sync: DATABASE_URL is not set: using the database and the simulated MPS of the start that runs in .data\n',
    });
  });

  it('speaks of the database alone when the start reads real MPS', async () => {
    await start('.data-fast', { isDemo: false });
    expect((await borrow()).said).toBe(
      'mps-sync: DATABASE_URL is not set: using the database of the start that runs in .data-fast\n',
    );
  });

  it.each(['DATABASE_URL', 'VIEW_DATABASE_URL'])('borrows nothing where %s is set', async (name) => {
    await start();
    const env = { [name]: 'postgres://db.example.com/jobs' };
    expect(await borrow(env)).toEqual({ env, said: '' });
  });

  it('borrows nothing from a start that has ended, or was killed', async () => {
    const withdraw = await start();
    await withdraw();
    expect(await borrow()).toEqual({ env: {}, said: '' });
    // Above what Linux and macOS give to a process.
    await start('.data-fast', { holder: 2 ** 22 + 1 });
    expect(await borrow()).toEqual({ env: {}, said: '' });
  });

  it.each(['', '{', '[]', '{"pid":1}'])('borrows nothing from a file that says %j', async (text) => {
    await start();
    await writeFile(join(directory, '.data', 'running.json'), text);
    expect(await borrow()).toEqual({ env: {}, said: '' });
  });

  it('finds the file readable by its owner alone, for it holds a password', async () => {
    await start();
    const file = join(directory, '.data', 'running.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain('mps:x@');
  });
});

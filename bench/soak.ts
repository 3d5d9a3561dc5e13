/**
 * The demo at the pace of `--fast`, its view being read all the while, and a look
 * at memory, connections, file handles, WAL and tables every few seconds. The simulated account is in this process and not
 * in the product's, because it remembers every job. Exit status 1 where something grew that should not.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemo } from '#cli/demo.ts';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { startReceiver } from '../test/alerts/receiver.ts';
import { renderCharts } from './chart.ts';
import { closeOnSignal } from './close-on-signal.ts';
import { readArguments, readNumber } from './read-arguments.ts';
import { lookAt, readWalPlace } from './soak-look.ts';
import { judgeSoak, maxWalSize, type SoakLook, toCharts } from './soak-verdict.ts';

const usage = `npm run soak -- [--minutes 60] [--write]
Watches the demo for so long: what must not grow in memory, handles, WAL and tables. --write keeps figures and charts.`;
const { values } = readArguments(usage, {
  options: { minutes: { type: 'string', default: '60' }, write: { type: 'boolean', default: false } },
});
const minutes = readNumber(usage, '--minutes', values.minutes);
const pauseMs = Math.min(15_000, minutes * 500);
const directory = await mkdtemp(join(tmpdir(), 'mps-sync-soak-'));
// Small, so that what fills up by design has done so within minutes.
const settings = ['shared_buffers=32MB', `max_wal_size=${maxWalSize}MB`, 'min_wal_size=48MB', 'checkpoint_timeout=60s'];
const server = await startLocalPostgres(directory, settings);
const url = await ensureDatabase(server.url, 'soak');
const demo = await startDemo(directory, { fast: true });
const receiver = await startReceiver();
const database = createDatabase({ url, connections: 1 });
const product = startProduct();
const view = await product.view;
const serverPid = Number((await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
const close = closeOnSignal(closeAll);
try {
  const looks = await watch();
  const figures = judgeSoak(looks);
  for (const { what, measured, bar, met } of figures)
    process.stdout.write(`${met ? 'ok ' : 'NO '} ${what}: ${measured} (${bar})\n`);
  if (values.write) {
    await writeFile('docs/images/soak.svg', renderCharts(toCharts(looks)));
    await writeFile(
      'bench/results/soak.json',
      `${JSON.stringify({ at: new Date(), minutes, figures, looks }, null, 1)}\n`,
    );
  }
  if (figures.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  await close();
}

function startProduct() {
  const env = {
    ...process.env,
    ...demo.env,
    DATABASE_URL: url,
    MPS_REGION: 'cn-hangzhou',
    ALERT_WEBHOOK_URL: receiver.url,
    ALERT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    ALERT_ALLOW_HOSTS: '127.0.0.1',
  };
  const watched = ['--import', 'tsx', '--import', './bench/report-heap.ts'];
  const child = spawn(process.execPath, [...watched, 'cli/bin.js', 'start', '--no-demo', '--json', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const output = child.stdout as Readable;
  const ended = once(child, 'exit').then(([code]) => code);
  const lines = createInterface(output);
  const address = new Promise<string>((resolve, reject) => {
    // Read to the end, or the product would wait for somebody to take its lines.
    lines.on('line', (line) => {
      const { view } = JSON.parse(line) as { view?: string };
      if (view) resolve(view);
    });
    void ended.then((code) => reject(new Error(`the product ended with ${code}`)));
  });
  return {
    pid: child.pid ?? 0,
    view: address,
    ended,
    /** What it keeps in memory, in MB, after a collection. */
    readKept: async (): Promise<number> => {
      child.send('collect');
      return (await once(child, 'message'))[0];
    },
    stop: () => child.kill('SIGTERM'),
  };
}

async function watch(): Promise<SoakLook[]> {
  const startedAt = Date.now();
  const looks: SoakLook[] = [];
  let lsn = await readWalPlace(database);
  let kept = 0;
  while (Date.now() - startedAt < minutes * 60_000) {
    await Promise.all(['/v1/jobs?limit=100', '/v1/stats', '/v1/health', '/metrics', '/'].map((path) => read(path)));
    // Now and then only: the memory of the process is to be what it is without.
    if (looks.length % 20 === 0) kept = await product.readKept();
    const { lsn: now, ...usage } = await lookAt(product.pid, serverPid, database, lsn);
    lsn = now;
    looks.push({ minutes: (Date.now() - startedAt) / 60_000, alerts: receiver.received.length, kept, ...usage });
    if (looks.length % 20 === 1) process.stderr.write(`${JSON.stringify(looks.at(-1))}\n`);
    await delay(pauseMs);
  }
  return looks;
}

async function read(path: string): Promise<void> {
  const response = await fetch(new URL(path, view));
  await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
}

async function closeAll(): Promise<void> {
  product.stop();
  await product.ended;
  await Promise.all([database.close(), demo.close(), receiver.close()]);
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

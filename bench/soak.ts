/**
 * The demo at the pace of `--fast`, all of its view being read all the while, and a look
 * at memory, connections, file handles, WAL and tables every few seconds. The simulated account is in this process and not
 * in the product's, because it remembers every job. Exit status 1 where something did not stay as it should.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemo } from '#cli/demo.ts';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import type { Environment } from '#core/config.ts';
import { createDatabase, type Database } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { readCircumstances } from '#scripts/circumstances.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { readServerFacts } from '#scripts/postgres.ts';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { startReceiver } from '#scripts/receiver.ts';
import { keepResult } from '#scripts/results.ts';
import { createUndo } from '#scripts/undo.ts';
import { renderCharts } from './chart.ts';
import { lookAt, readWalPlace } from './soak-look.ts';
import { type SoakedProduct, startProduct } from './soak-product.ts';
import { judgeSoak, maxWalSize, type SoakLook, toCharts } from './soak-verdict.ts';
import { readView } from './soak-view.ts';

const usual = 60;
const usage = `npm run soak -- [--minutes ${usual}]
Watches the demo for so long: what must stay as it is in memory, handles, WAL and tables. Shorter than usual, it keeps no figures.`;
const { values } = readArguments(usage, { options: { minutes: { type: 'string', default: String(usual) } } });
const minutes = readNumber(usage, '--minutes', values.minutes);
const pauseMs = Math.min(15_000, minutes * 500);
/** What is kept is asked for once a minute: three seconds of collections. */
const keptEveryMs = 4 * pauseMs;
// Small, so that what fills up by design has done so within minutes.
const serverSettings = [
  'shared_buffers=32MB',
  `max_wal_size=${maxWalSize}MB`,
  'min_wal_size=48MB',
  'checkpoint_timeout=60s',
];
// The same: a run reads again what the lookback holds, and is as long as any other once it is full.
const settings = { SYNC_LOOKBACK_MINUTES: '10' };
const key = { accessKeyId: 'soak', accessKeySecret: 'a secret of the soak' };
const circumstances = readCircumstances();
const undo = createUndo();
const close = closeOnSignal(undo.run);
try {
  const { looks, postgres } = await soak();
  const figures = judgeSoak(looks);
  for (const { what, measured, bar, met } of figures)
    process.stdout.write(`${met ? 'ok ' : 'NO '} ${what}: ${measured} (${bar})\n`);
  if (minutes >= usual) {
    await writeFile('docs/images/soak.svg', renderCharts(toCharts(looks)));
    await keepResult('soak', { ...circumstances, postgres, minutes, settings, figures, looks });
  }
  if (figures.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  await close();
}

async function soak() {
  const removed = (path: string) => rm(path, { recursive: true, force: true });
  const directory = await undo.open(mkdtemp(join(tmpdir(), 'mps-sync-soak-')), removed);
  const server = await undo.open(startLocalPostgres(directory, serverSettings), ({ stop }) => stop());
  const url = await ensureDatabase(server.url, 'soak');
  const demo = await undo.open(startDemo(directory, { fast: true }), (each) => each.close());
  const receiver = await undo.open(
    startReceiver(() => ({ status: 200 })),
    (each) => each[Symbol.asyncDispose](),
  );
  const database = createDatabase({ url, connections: 1 });
  undo.add(database.close);
  const product = startProduct({ ...demo.env, ...settings, ...toProductEnv(url, receiver.origin) });
  undo.add(product.stop);
  const serverPid = Number((await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const looks = await watch({ product, serverPid, database, countAlerts: () => receiver.received.length });
  return { looks, postgres: await readServerFacts(url) };
}

function toProductEnv(url: string, webhook: string): Environment {
  return {
    DATABASE_URL: url,
    MPS_REGION: 'cn-hangzhou',
    ALERT_WEBHOOK_URL: webhook,
    ALERT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    ALERT_ALLOW_HOSTS: '127.0.0.1',
    VIEW_ACCESS_KEY_ID: key.accessKeyId,
    VIEW_ACCESS_KEY_SECRET: key.accessKeySecret,
  };
}

interface Soaked {
  readonly product: SoakedProduct;
  readonly serverPid: number;
  readonly database: Database;
  readonly countAlerts: () => number;
}

async function watch({ product, serverPid, database, countAlerts }: Soaked): Promise<SoakLook[]> {
  const view = { url: await product.view, key };
  const startedAt = Date.now();
  const looks: SoakLook[] = [];
  let lsn = await readWalPlace(database);
  let keptAt = Number.NEGATIVE_INFINITY;
  while (Date.now() - startedAt < minutes * 60_000) {
    await readView(view);
    const { lsn: now, ...usage } = await lookAt(product.pid, serverPid, database, lsn);
    lsn = now;
    const at = { minutes: (Date.now() - startedAt) / 60_000, alerts: countAlerts() };
    const isAsked = Date.now() - keptAt >= keptEveryMs;
    if (isAsked) keptAt = Date.now();
    looks.push({ ...at, ...usage, ...(isAsked ? { kept: await product.readKept() } : {}) });
    if (isAsked) process.stderr.write(`${JSON.stringify(looks.at(-1))}\n`);
    await delay(pauseMs);
  }
  return looks;
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { startTarget, type Target, toTarget } from './postgres-targets.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test server's maintenance database. */
    postgresUrl: string;
    /** The server the tests run on. */
    target: Target;
    /** Where the functions were built to, a folder each. */
    dist: string;
    /** Where those of the release before are: this release's, unless `npm run proof:release` has built others. */
    distBefore: string;
  }
}

/**
 * One PostgreSQL for the whole run, with a migrated template that each test file copies, and the bundles. It is the
 * embedded one unless `TEST_POSTGRES` names another target (`npm run proof:postgres`). The template is made past the
 * pooler, which would keep connections to it that stand in the way of copying.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'mps-sync-test-'));
  const target = toTarget(process.env.TEST_POSTGRES);
  const server = await startTarget(target, directory);
  const template = await ensureDatabase(server.directUrl, 'template_mps');
  await runMigrations({ url: template, migrationsFolder: 'migrations' });
  project.provide('postgresUrl', server.url);
  project.provide('target', target);
  const dist = join(directory, 'dist');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'build.ts', dist]);
  project.provide('dist', dist);
  project.provide('distBefore', process.env.TEST_DIST_BEFORE ?? dist);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { startTarget, toTarget } from './postgres-targets.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test server's maintenance database. */
    postgresUrl: string;
    /** Where the functions were built to, a folder each. */
    dist: string;
  }
}

/**
 * One PostgreSQL for the whole run, with a migrated template that each test file copies, and the bundles. It is the
 * embedded one unless `TEST_POSTGRES` names another target (`npm run proof:postgres`).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'mps-sync-test-'));
  const server = await startTarget(toTarget(process.env.TEST_POSTGRES), directory);
  const template = await ensureDatabase(server.directUrl, 'template_mps');
  await runMigrations({ url: template, migrationsFolder: 'migrations' });
  project.provide('postgresUrl', server.url);
  const dist = join(directory, 'dist');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'build.ts', dist]);
  project.provide('dist', dist);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

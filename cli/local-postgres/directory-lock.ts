import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core/errors.ts';

const lockName = 'pid';

/**
 * Keeps a second process off a data directory. The lock names its process, so that one left behind by a process that
 * was killed is no lock.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, lockName);
  const holder = await readHolder(directory);
  if (holder !== undefined && holder !== process.pid) {
    const message = `${directory} is in use by another mps-sync (process ${holder}): stop it first`;
    throw new AppError('data_directory_broken', message);
  }
  await writeFile(file, `${process.pid}\n`);
  return () => rm(file, { force: true });
}

/** The living process that holds a data directory, if any does. */
export async function readHolder(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, lockName), 'utf8').catch(() => '');
  // No other number: -1 stands for all processes, of which some are always alive.
  const [, digits] = /^([1-9]\d{0,9})\n?$/.exec(text) ?? [];
  const holder = Number(digits);
  return digits !== undefined && (await isNodeProcess(holder)) ? holder : undefined;
}

/** Process numbers come again: one that now belongs to some other program is not ours. */
async function isNodeProcess(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'node');
  return command.includes('node');
}

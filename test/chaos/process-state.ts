import { readFile } from 'node:fs/promises';

/** What Linux says of a process: its state (`T`: stopped) and its parent. Both come after the name in brackets. */
async function readStat(pid: number | undefined): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** `T` for a process that stands still; empty for one that is gone. */
export const readState = async (pid: number | undefined): Promise<string> => (await readStat(pid))[0] ?? '';

/** 0 for a process that is gone. */
export const readParent = async (pid: number): Promise<number> => Number((await readStat(pid))[1] ?? 0);

import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Who runs PostgreSQL, which refuses to run as root. */
export interface Account {
  /** Runs a program to its end and returns what it printed. */
  run(program: string, args: readonly string[]): Promise<string>;
  /** Hands a file or folder over to whoever runs PostgreSQL. */
  own(path: string): Promise<void>;
}

/** The present user; as root, an account without rights of its own that every system has. */
export async function findAccount(): Promise<Account> {
  const isRoot = process.getuid?.() === 0;
  return isRoot
    ? unprivileged(await lookUp('nobody'))
    : { run: (program, args) => runProgram(program, args), own: async () => {} };
}

/**
 * Runs as that account but lets it pass the folders on the way: a checkout of root's often lies where nobody else may
 * look (`/root`, a `mktemp -d`). One capability does that, given by `setpriv` of util-linux. Where that is not
 * installed, the plain change of user has to do.
 */
async function unprivileged({ uid, gid }: { uid: number; gid: number }): Promise<Account> {
  const own = (path: string) => chown(path, uid, gid);
  if (!(await isInstalled('setpriv'))) {
    return { own, run: (program, args) => runProgram(program, args, { uid, gid }) };
  }
  const only = '-all,+dac_override';
  const prefix = [
    ...['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--securebits', '+no_setuid_fixup'],
    ...['--inh-caps', only, '--ambient-caps', only, '--bounding-set', only, '--'],
  ];
  return { own, run: (program, args) => runProgram('setpriv', [...prefix, program, ...args]) };
}

async function runProgram(
  program: string,
  args: readonly string[],
  ids: { uid?: number; gid?: number } = {},
): Promise<string> {
  const { stdout } = await execute(program, [...args], { ...ids, env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  return stdout;
}

async function lookUp(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => runProgram('id', [flag, name])));
  return { uid: Number(uid), gid: Number(gid) };
}

async function isInstalled(program: string): Promise<boolean> {
  try {
    await runProgram(program, ['--version']);
    return true;
  } catch {
    return false;
  }
}

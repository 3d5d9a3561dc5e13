import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from '../view/use-view.ts';
import { callCommand } from './command.ts';

const { db, startWriter } = useView({ emptyBefore: 'all' });
const failedId = 'cc6cbef8e8d5481ca536f5d2a4660001';

beforeAll(async () => {
  const writer = await startWriter('default');
  const submitted = makeRecord({ Id: failedId, CreationTime: '2026-01-10T12:34:29Z', State: 'Submitted' });
  await writer.write(submitted);
  await writer.write({
    ...submitted,
    State: 'Fail',
    Code: 'InvalidParameter.ResourceNotFound',
    Message: 'not \u001b[2Jfound',
    Input: { Bucket: 'media-input', Object: 'uploads%2Fepisode.mp4' },
  });
  const other = await startWriter('second');
  const many = Array.from({ length: 25 }, (_, index) =>
    makeRecord({ CreationTime: `2026-01-11T00:00:${String(index).padStart(2, '0')}Z`, State: 'Success' }),
  );
  await other.write(...many);
});

const jobs = (...args: string[]) => callCommand(['jobs', ...args], { DATABASE_URL: db.url });
const toIds = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { id: string }).id);

describe('mps-sync jobs', { timeout: 60_000 }, () => {
  it('lists the newest jobs as a table and says where it stopped', async () => {
    const { code, stdout, stderr } = await jobs();
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^id +created +state +source +code +input$/);
    expect(lines).toHaveLength(21);
    expect(lines[1]).toMatch(
      /^[0-9a-f]{32} {2}2026-01-11T00:00:24Z {2}Success {2}second +InvalidParameter +example\.flv$/,
    );
    expect(stderr).toBe('(the 20 newest; --limit shows more)\n');
  });

  it('takes the filters of the API, and writes the jobs as the API does', async () => {
    const { stdout } = await jobs(
      ...[
        '--state',
        'Fail,Odd',
        '--input',
        'uploads/*',
        '--source',
        'default',
        '--code',
        'InvalidParameter.ResourceNotFound',
      ],
      ...['--created-from', '2026-01-10', '--created-to', '2026-01-11T08:00:00+08:00', '--json', '--raw'],
    );
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout)).toMatchObject({
      id: failedId,
      creation_time: '2026-01-10T12:34:29.000Z',
      input_object: 'uploads%2Fepisode.mp4',
      raw: { Id: failedId },
    });
  });

  it('gives as many as it is told to', async () => {
    expect(toIds((await jobs('--json', '--limit', '3')).stdout)).toHaveLength(3);
    expect(new Set(toIds((await jobs('--json', '--limit', '5000')).stdout)).size).toBe(26);
  });

  it('says so when no job has all of that, and gives JSON readers nothing', async () => {
    expect(await jobs('--state', 'Snapshoting')).toMatchObject({ code: 0, stdout: 'No job has all of that.\n' });
    expect(await jobs('--state', 'Snapshoting', '--json')).toMatchObject({ code: 0, stdout: '' });
  });

  it('shows one job with its history, and nothing that would steer the terminal', async () => {
    const { code, stdout } = await jobs(failedId, '--raw');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^code +InvalidParameter\.ResourceNotFound$/m);
    expect(stdout).toMatch(/^message +not ⟨U\+001B⟩\[2Jfound$/m);
    expect(stdout).toMatch(/^from +to +seen at/m);
    expect(stdout).toMatch(/^\(new\) +Submitted +\d{4}-/m);
    expect(stdout).toMatch(/^Submitted +Fail +\d{4}-/m);
    expect(stdout).toContain('"Object": "uploads%2Fepisode.mp4"');
    expect(stdout).not.toContain('\u001b');
    const { transitions } = JSON.parse((await jobs(failedId, '--json')).stdout) as { transitions: object[] };
    expect(transitions).toMatchObject([
      { from_state: null, to_state: 'Submitted' },
      { from_state: 'Submitted', to_state: 'Fail' },
    ]);
  });

  it('fails for an id that the copy does not hold', async () => {
    expect(await jobs('0123')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'mps-sync: the copy holds no job "0123": one that MPS has just made may take a minute\n',
    });
  });

  it('ends quietly when its reader has had enough', async () => {
    const { PATH = '', HOME = '' } = process.env;
    const shell = spawn(
      'bash',
      ['-c', `"${process.execPath}" cli/bin.js jobs --json | head -n 1; echo "$\{PIPESTATUS[0]}"`],
      {
        env: { PATH, HOME, DATABASE_URL: db.url },
      },
    );
    const text = { out: '', error: '' };
    shell.stdout.on('data', (chunk) => (text.out += String(chunk)));
    shell.stderr.on('data', (chunk) => (text.error += String(chunk)));
    await once(shell, 'close');
    expect(text.out).toMatch(/^\{.*\}\n0\n$/);
    expect(text.error).not.toContain('EPIPE');
  });

  const refused: [string, string[], RegExp][] = [
    ['an empty filter', ['--state', ''], /^mps-sync: --state must be one or more values separated by commas\n$/],
    ['a time that is none', ['--created-from', 'soon'], /^mps-sync: --created-from must be a date such as /],
    [
      'a limit of none',
      ['--limit', '0'],
      /^mps-sync: option '-n, --limit <count>' argument '0' is invalid\. A limit is/,
    ],
  ];
  it.each(refused)('refuses %s', async (_, args, message) => {
    const { code, stdout, stderr } = await jobs(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

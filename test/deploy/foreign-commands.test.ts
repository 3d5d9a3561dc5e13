import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPages } from '../docs-pages.ts';

/** Every line of a block of commands, without its comment. */
const lines = readPages().flatMap(({ page, text }) =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== '')
      .map((line) => ({ page, line })),
  ),
);
const startingWith = (...words: string[]) => lines.filter(({ line }) => words.some((word) => line.startsWith(word)));

/** What the documentation of RAM says that each call wants: https://www.alibabacloud.com/help/en/ram/developer-reference/ */
const ramCalls: Readonly<Record<string, readonly string[]>> = {
  CreateRole: ['AssumeRolePolicyDocument', 'RoleName'],
  CreatePolicy: ['PolicyDocument', 'PolicyName'],
  AttachPolicyToRole: ['PolicyName', 'PolicyType', 'RoleName'],
  DetachPolicyFromRole: ['PolicyName', 'PolicyType', 'RoleName'],
  DeletePolicy: ['PolicyName'],
  DeleteRole: ['RoleName'],
};

/** Commands of Serverless Devs and of its component fc3 (src/commands-help), with the options that are used here. */
const serverlessCommands: Readonly<Record<string, readonly string[]>> = {
  'config add': ['--access'],
  preview: ['-t'],
  deploy: ['-t', '-y'],
  invoke: ['-e'],
  remove: ['-t', '-y'],
};

/** `s [resource] command [options]`: a first word that is a resource of the file means that one alone. */
function readServerless(line: string): { file: string; resource?: string; command: string; options: string[] } {
  const words = line.split(' ').slice(1);
  const options = words.filter((word) => word.startsWith('-'));
  const file = options.includes('-t') ? (words[words.indexOf('-t') + 1] ?? '') : 's.yaml';
  const [first = '', second = ''] = words;
  if (first === 'config') return { file, command: `${first} ${second}`, options };
  if (first in serverlessCommands) return { file, command: first, options };
  return { file, resource: first, command: second, options };
}

describe('a command of another program in the documentation', () => {
  it.each(startingWith('aliyun '))('is a call of RAM with what it wants: $line ($page)', ({ line }) => {
    const [, , call = ''] = line.split(' ');
    const given = [...line.matchAll(/--(\w+)/g)].map(([, name = '']) => name);
    expect(given.sort()).toEqual(ramCalls[call]);
    for (const [, path = ''] of line.matchAll(/\$\(cat ([^)]+)\)/g)) expect(existsSync(path)).toBe(true);
  });

  it.each(startingWith('s '))(
    'is one of Serverless Devs, on a file and a resource that are there: $line',
    ({ line }) => {
      const { file, resource, command, options } = readServerless(line);
      expect(options.filter((option) => !serverlessCommands[command]?.includes(option))).toEqual([]);
      // Written by npm run deploy:timers.
      if (file === 's.sources.yaml') return;
      const { resources } = parse(readFileSync(file, 'utf8')) as { resources: object };
      if (resource !== undefined) expect(Object.keys(resources)).toContain(resource);
    },
  );

  it('is of a program that some test knows', () => {
    const known = [
      'npm ',
      'npx mps-sync ',
      'curl ',
      's ',
      'aliyun ram ',
      'sam deploy ',
      'docker compose ',
      'set ',
      'cp ',
      // test/db/dump-restore.test.ts runs these.
      'pg_dump ',
      'pg_restore ',
      'psql ',
    ];
    const others = lines.filter(
      ({ line }) => !known.some((word) => line.startsWith(word)) && !/^(export )?\w+=/.test(line),
    );
    expect(others.filter(({ line }) => !line.startsWith('export '))).toEqual([]);
  });

  it('uses options of SAM and Compose that there are', () => {
    const options = startingWith('sam deploy', 'docker compose').flatMap(({ line }) => line.match(/ --?[\w-]+/g) ?? []);
    expect([...new Set(options)].sort()).toEqual([' --build', ' --detach', ' --guided', ' -t']);
    for (const { line } of startingWith('sam deploy')) expect(existsSync(line.split(' ').at(-1) ?? '')).toBe(true);
  });
});

describe('step 4 of the guide', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('puts what the file says into the shell, a password with every awkward character too', () => {
    const [step] = lines.filter(({ page, line }) => page === 'docs/deploy.md' && line.startsWith('set -a'));
    copyFileSync('deploy/env.example', join(folder, '.env'));
    const edit = `sed -i "s/PASSWORD/a%24b%40c%2Fd%23e/" .env`;
    const text = execFileSync('bash', ['-c', `${edit}; ${step?.line}; env`], { cwd: folder, encoding: 'utf8' });
    expect(text.split('\n')).toContain(
      'DATABASE_URL=postgres://mps:a%24b%40c%2Fd%23e@pgm-....pg.rds.aliyuncs.com:5432/mps',
    );
  });
});

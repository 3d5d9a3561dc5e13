import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { variables } from '#core/variables.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const lines = dockerfile.split('\n');
const shipped = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1))
  .filter((path) => existsSync(path));
const image = mkdtempSync(join(tmpdir(), 'image-'));
afterAll(() => rmSync(image, { recursive: true, force: true }));

describe('the Dockerfile', () => {
  it('copies only what is there, and what is not ignored', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY '))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .filter((path) => path !== '.');
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    const isShipped = (path: string) => shipped.some((each) => path === each || dirname(path).startsWith(each));
    expect(copied.filter((path) => !isShipped(path))).toEqual([]);
    expect(readFileSync('.dockerignore', 'utf8').split('\n')).toContain('*');
  });

  it('runs on the Node that the project pins, not as root', () => {
    expect(dockerfile).toMatch(new RegExp(`^FROM node:${readFileSync('.nvmrc', 'utf8').trim().split('.')[0]}-`, 'm'));
    expect(lines).toContain('USER node');
  });

  it('starts a command line that is whole with the files that go in', () => {
    for (const path of shipped) cpSync(path, join(image, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(image, 'node_modules'));
    const command = JSON.parse(lines.find((line) => line.startsWith('CMD '))?.slice(4) ?? '[]') as string[];
    expect(command.slice(0, 4)).toEqual(['node', 'cli/bin.js', 'start', '--no-demo']);
    const help = execFileSync(process.execPath, [...command.slice(1, 3), '--help'], { cwd: image, encoding: 'utf8' });
    const options = command.filter((word) => word.startsWith('--'));
    expect(options.filter((option) => !help.includes(option))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  interface Service {
    build?: string;
    image?: string;
    ports?: string[];
    environment: Record<string, string>;
  }
  const { services } = parse(readFileSync('compose.yaml', 'utf8')) as { services: Record<string, Service> };

  it('passes on every variable of the configuration', () => {
    const passed = services['mps-sync']?.environment ?? {};
    expect(Object.keys(variables).filter((name) => !(name in passed))).toEqual([]);
  });

  it('builds the image of this repository, and opens the view to this machine alone', () => {
    expect(services['mps-sync']?.build).toBe('.');
    expect(Object.values(services).flatMap(({ ports = [] }) => ports)).toEqual(['127.0.0.1:8080:8080']);
  });

  it('holds no secret', () => {
    const secrets = Object.values(services).flatMap(({ environment }) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|TOKEN/.test(name)),
    );
    expect(secrets.filter(([, value]) => !value.startsWith('${'))).toEqual([]);
  });
});

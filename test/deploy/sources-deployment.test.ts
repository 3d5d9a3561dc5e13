import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type SourceEntry, sourceList } from '#core/source-list.ts';
import { deploymentFile, environmentBytes, environmentLimit } from '../../deploy/fc3.ts';
import { fillIn } from '../../deploy/fill-in.ts';
import { toAlertSources, toSourcesDeployment } from '../../deploy/sources-deployment.ts';
import { generousValues } from './generous-values.ts';

const base = deploymentFile.parse(parse(readFileSync('s.yaml', 'utf8')));

const account = (n: number): SourceEntry => ({
  name: `account.${n}`,
  region: 'cn-hangzhou',
  accessKeyIdVariable: `ACCOUNT_${n}_KEY_ID`,
  accessKeySecretVariable: `ACCOUNT_${n}_KEY_SECRET`,
});

/** Values as they usually are: one channel, and nothing else but the database. */
const pick = (names: object): Record<string, string> =>
  Object.fromEntries(
    Object.keys(names)
      .filter((name) => /^DATABASE_URL|^ALERT_DINGTALK|^PUBLIC_URL/.test(name))
      .map((name) => [name, generousValues[name] ?? '']),
  );

describe('a deployment with one timer a source', () => {
  const accounts = Array.from({ length: 200 }, (_, n) => account(n));
  const file = deploymentFile.parse(toSourcesDeployment(base, accounts));
  const functions = Object.values(file.resources).map(({ props }) => props);

  it('times each of 200 accounts once, in a function that knows it and its keys', () => {
    const timed = functions.flatMap(({ triggers, environmentVariables }) => {
      const known = sourceList.parse(environmentVariables.MPS_SOURCES);
      return triggers.map(({ triggerConfig }) => {
        const { source } = JSON.parse('payload' in triggerConfig ? (triggerConfig.payload ?? '') : '');
        const entry = known.find(({ name }) => name === source);
        expect(environmentVariables).toHaveProperty(entry?.accessKeySecretVariable ?? 'missing');
        return source;
      });
    });
    expect(timed).toEqual(accounts.map(({ name }) => name));
  });

  it('keeps every function below 4 KB of environment, 50 triggers and its share of instances', () => {
    const env = { DATABASE_URL: 'x'.repeat(220), MPS_ENDPOINT: 'x'.repeat(60) };
    const known = {
      env: new Proxy(env, { get: (target, name) => Reflect.get(target, name) ?? 'x'.repeat(30) }),
      vars: file.vars,
    };
    for (const { environmentVariables, triggers, concurrencyConfig } of functions) {
      expect(environmentBytes(fillIn(environmentVariables, known))).toBeLessThan(environmentLimit);
      expect(triggers.length).toBeLessThanOrEqual(50);
      expect(concurrencyConfig.reservedConcurrency).toBe(triggers.length + 1);
    }
    expect(functions.length).toBeLessThan(40);
  });

  it('lets the alert function know a hundred sources by their names, beside everything else that it may be given', () => {
    const MPS_SOURCES = toAlertSources(accounts.slice(0, 100));
    expect(sourceList.parse(MPS_SOURCES).map(({ name }) => name)).toEqual(
      accounts.slice(0, 100).map(({ name }) => name),
    );
    const { environmentVariables = {} } = base.resources.alert?.props ?? {};
    const filled = fillIn(environmentVariables, {
      env: { ...pick(environmentVariables), MPS_SOURCES },
      vars: base.vars,
    });
    expect(environmentBytes(filled)).toBeLessThan(environmentLimit);
  });

  it('puts up to fifty sources without keys of their own into one function', () => {
    const plain = Array.from({ length: 60 }, (_, n) => ({ name: `p${n}` }));
    const sizes = Object.values(toSourcesDeployment(base, plain).resources).map(({ props }) => props.triggers.length);
    expect(sizes).toEqual([50, 10]);
  });

  it('is refused in a sentence where a key is in a variable that a function cannot have', () => {
    const source = { name: 'a', accessKeyIdVariable: 'FC_KEY', accessKeySecretVariable: '_SECRET' };
    const env = { ...process.env, MPS_SOURCES: JSON.stringify([source]) };
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'deploy/timers.ts'], {
      env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      2,
      'FC_KEY, _SECRET: a variable of a function begins with a letter, and not with FC_\n',
    ]);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { loadFunction } from '@fc2/runtime/host';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { variables } from '#core/variables.ts';
import { type DeploymentFile, deploymentFile, environmentBytes, environmentLimit } from '../../deploy/fc3.ts';
import { domainFile } from '../../deploy/fc3-domain.ts';
import { fillIn, listAsked } from '../../deploy/fill-in.ts';
import { generousValues } from './generous-values.ts';

const text = readFileSync('s.yaml', 'utf8');
const raw = parse(text) as DeploymentFile;
const file = deploymentFile.parse(raw);
const filled = fillIn(file, { env: generousValues, vars: file.vars });
const resources = Object.entries(filled.resources);
const variantText = readFileSync('s.view-server.yaml', 'utf8');
const variant = deploymentFile.parse(parse(variantText));
const variants = Object.entries(fillIn(variant, { env: generousValues, vars: variant.vars }).resources);
const built = readdirSync('functions').map((name) => basename(name, '.ts'));

describe('s.yaml', () => {
  it('deploys with its variant every function, each from the folder of its own name', () => {
    const all = [...resources, ...variants];
    expect(all.map(([name]) => name).sort()).toEqual(built.sort());
    expect(all.map(([, { props }]) => props.code)).toEqual(all.map(([name]) => `./dist/${name}`));
    expect(all.map(([, { props }]) => props.functionName)).toEqual(all.map(([name]) => `mps-sync-${name}`));
  });

  it.each(resources.filter(([name]) => built.includes(name)))(
    'names handlers of %s that the build makes',
    async (name, { props }) => {
      const { initializer, preStop } = props.instanceLifecycleConfig ?? {};
      const handlers = [props.handler ?? '', initializer?.handler, preStop?.handler].filter(
        (each) => each !== undefined,
      );
      const loaded = await Promise.all(handlers.map((each) => loadFunction(join(inject('dist'), name), each)));
      expect(loaded.map((each) => typeof each)).toEqual(handlers.map(() => 'function'));
    },
  );

  it.each(resources)('stays below 4 KB of environment for %s with generous values', (_, { props }) => {
    expect(environmentBytes(props.environmentVariables)).toBeLessThan(environmentLimit);
  });

  it('lets every variable of the configuration be set, but the credentials, which the role gives', () => {
    const reached = new Set(resources.flatMap(([, { props }]) => Object.keys(props.environmentVariables)));
    const missing = Object.keys(variables).filter((name) => !reached.has(name) && !name.startsWith('ALIBABA_CLOUD_'));
    expect(missing).toEqual([]);
    expect([...reached].filter((name) => !(name in variables))).toEqual([]);
  });

  it('asks the shell for what must be given, and holds nothing secret itself', () => {
    const asked = listAsked(text);
    const must = [...asked].filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
    expect(must.sort()).toEqual([
      'DATABASE_URL',
      'MPS_SYNC_SECURITY_GROUP',
      'MPS_SYNC_VPC',
      'MPS_SYNC_VSWITCH',
      'VIEW_TOKEN',
    ]);
    const values = Object.values(raw.resources).flatMap(({ props }) => Object.values(props.environmentVariables));
    expect(values.filter((value) => !/^\$\{[^}]+\}$/.test(value))).toEqual([]);
  });

  it('retries no timer, because the next tick does, and gives only the sync a role', () => {
    const timed = resources.filter(([, { props }]) =>
      props.triggers.some(({ triggerType }) => triggerType === 'timer'),
    );
    expect(timed.map(([, { props }]) => props.asyncInvokeConfig?.maxAsyncRetryAttempts)).toEqual(timed.map(() => 0));
    expect(resources.filter(([, { props }]) => props.role !== undefined).map(([name]) => name)).toEqual(['sync']);
  });

  const broken: [string, (props: Record<string, unknown>) => void, RegExp][] = [
    ['a misspelt key', (props) => Object.assign(props, { memory: 512 }), /memory/],
    [
      'vswitchIds with a small s',
      (props) => Object.assign(props, { vpcConfig: { vpcId: 'v', securityGroupId: 's', vswitchIds: ['w'] } }),
      /vswitchIds/,
    ],
    ['memory that is no multiple of 64', (props) => Object.assign(props, { memorySize: 500 }), /memorySize/],
    ['too much memory for the processor', (props) => Object.assign(props, { memorySize: 2048 }), /1:4/],
    ['a number as environment', (props) => Object.assign(props, { environmentVariables: { MPS_QPS: 100 } }), /MPS_QPS/],
    ['a variable of the platform', (props) => Object.assign(props, { environmentVariables: { FC_X: 'x' } }), /FC_X/],
    [
      'a timer without its schedule',
      (props) => Object.assign(props, { triggers: [timer({ enable: true })] }),
      /cronExpression/,
    ],
    [
      'a schedule of five fields',
      (props) => Object.assign(props, { triggers: [timer({ enable: true, cronExpression: '* * * * *' })] }),
      /cronExpression/,
    ],
    [
      'the settings of another trigger',
      (props) => Object.assign(props, { triggers: [timer({ authType: 'anonymous', methods: ['GET'] })] }),
      /cronExpression/,
    ],
    ['two triggers of one name', (props) => Object.assign(props, { triggers: [every, every] }), /different names/],
    [
      'several calls an instance in the built-in runtime',
      (props) => Object.assign(props, { instanceConcurrency: 10 }),
      /instanceConcurrency/,
    ],
  ];
  const timer = (triggerConfig: object) => ({ triggerName: 't', triggerType: 'timer', triggerConfig });
  const every = timer({ cronExpression: '@every 1m', enable: true });

  it.each(broken)('would be refused with %s', (_, spoil, message) => {
    const copy = structuredClone(raw);
    spoil(copy.resources.sync?.props as unknown as Record<string, unknown>);
    expect(() => deploymentFile.parse(copy)).toThrow(message);
  });
});

describe('s.view-server.yaml', () => {
  it('sets what the view of s.yaml sets, and starts a file that the build makes', () => {
    const props = variants[0]?.[1].props;
    expect(Object.keys(props?.environmentVariables ?? {})).toEqual(
      Object.keys(filled.resources.view?.props.environmentVariables ?? {}),
    );
    const [node, script] = props?.runtime === 'custom.debian10' ? props.customRuntimeConfig.command : [];
    expect(node).toBe('/var/fc/lang/nodejs20/bin/node');
    expect(existsSync(join(inject('dist'), 'view-server', relative('/code', script ?? '')))).toBe(true);
  });
});

describe('deploy/', () => {
  it('puts the domain in front of the view, by HTTPS alone', () => {
    const domain = domainFile.parse(parse(readFileSync('deploy/domain.yaml', 'utf8')));
    const routes = Object.values(domain.resources).flatMap(({ props }) => props.routeConfig.routes);
    expect(routes.map(({ functionName }) => functionName)).toEqual([file.resources.view?.props.functionName]);
  });

  it('lets the role do the one thing that the sync calls, and only functions take it', () => {
    const read = (name: string) => JSON.parse(readFileSync(join('deploy', name), 'utf8')) as unknown;
    const transport = readFileSync('mps/client.ts', 'utf8') + readFileSync('mps/transport.ts', 'utf8');
    expect(transport).toContain('QuerySnapshotJobList');
    expect(read('ram-policy.json')).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['mts:QuerySnapshotJobList'], Resource: '*' }],
    });
    expect(read('trust-policy.json')).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
    });
  });
});

describe('filling in a deployment file', () => {
  const vars = { region: "${env('R', 'cn-hangzhou')}" };

  it('takes the variable, else the default, also by way of the file and within a text', () => {
    const value = { a: "${env('A')}", b: ["${env('B', 'none')}", "${env('E', '')}"], c: 'in-${vars.region}', d: 1 };
    expect(fillIn(value, { env: { A: 'a', B: '' }, vars })).toEqual({
      a: 'a',
      b: ['none', ''],
      c: 'in-cn-hangzhou',
      d: 1,
    });
  });

  it('names a variable that is missing', () => {
    expect(() => fillIn("${env('A')}", { env: {}, vars })).toThrow('env "A" is not set and has no default');
  });
});

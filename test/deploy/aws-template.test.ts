import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { variables } from '#core/variables.ts';
import { deploymentFile } from '../../deploy/fc3.ts';

const path = 'deploy/aws/template.yaml';
const ref = (value: string) => ({ Ref: value });
const tags = [
  { tag: '!Ref', resolve: ref },
  { tag: '!GetAtt', resolve: (value: string) => ({ 'Fn::GetAtt': value.split('.') }) },
];
const variableValues = z.record(z.string(), z.union([z.string(), z.strictObject({ Ref: z.string() })]));
const environment = z.strictObject({ Variables: variableValues });

/** The part of AWS SAM that the template uses, and no other key: https://docs.aws.amazon.com/serverless-application-model/ */
const serverlessFunction = z.strictObject({
  Type: z.literal('AWS::Serverless::Function'),
  Properties: z.strictObject({
    CodeUri: z.string(),
    Timeout: z.int().min(1).max(900),
    MemorySize: z.int().min(128).max(10_240).optional(),
    ReservedConcurrentExecutions: z.int().min(1),
    Environment: environment.optional(),
    EventInvokeConfig: z
      .strictObject({
        MaximumRetryAttempts: z.int().min(0).max(2),
        MaximumEventAgeInSeconds: z.int().min(60).max(21_600),
      })
      .optional(),
    Events: z
      .record(
        z.string(),
        z.strictObject({
          Type: z.literal('Schedule'),
          Properties: z.strictObject({ Schedule: z.string().regex(/^rate\((1 minute|\d+ minutes)\)$/) }),
        }),
      )
      .optional(),
    FunctionUrlConfig: z.strictObject({ AuthType: z.enum(['NONE', 'AWS_IAM']) }).optional(),
  }),
});

const template = z
  .strictObject({
    AWSTemplateFormatVersion: z.literal('2010-09-09'),
    Transform: z.literal('AWS::Serverless-2016-10-31'),
    Description: z.string(),
    Parameters: z.record(
      z.string(),
      z.strictObject({ Type: z.string(), Default: z.string().optional(), NoEcho: z.boolean().optional() }),
    ),
    Globals: z.strictObject({
      Function: z.strictObject({
        Runtime: z.literal('nodejs24.x'),
        Architectures: z.tuple([z.enum(['x86_64', 'arm64'])]),
        Handler: z.literal('index.handler'),
        MemorySize: z.int().min(128).max(10_240),
        VpcConfig: z.strictObject({
          SubnetIds: z.strictObject({ Ref: z.string() }),
          SecurityGroupIds: z.strictObject({ Ref: z.string() }),
        }),
        Environment: environment,
      }),
    }),
    Resources: z.record(z.string(), serverlessFunction),
    Outputs: z.record(z.string(), z.strictObject({ Value: z.unknown() })),
  })
  .parse(parse(readFileSync(path, 'utf8'), { customTags: tags }));

const functions = Object.values(template.Resources).map(({ Properties }) => Properties);
const onFunctionCompute = deploymentFile.parse(parse(readFileSync('s.yaml', 'utf8'))).resources;

describe(path, () => {
  it('deploys what s.yaml deploys, from folders that the build makes', () => {
    const folders = functions.map(({ CodeUri }) => basename(CodeUri));
    expect(folders.sort()).toEqual(Object.keys(onFunctionCompute).sort());
    expect(folders.filter((name) => !existsSync(join(inject('dist'), name, 'index.js')))).toEqual([]);
  });

  it('sets variables that the product reads, from parameters that there are, and keeps the secret ones quiet', () => {
    const set = [template.Globals.Function.Environment, ...functions.map(({ Environment }) => Environment)].flatMap(
      (each) => Object.entries(each?.Variables ?? {}),
    );
    expect(set.filter(([name]) => !(name in variables))).toEqual([]);
    for (const [name, value] of set) {
      const parameter = typeof value === 'string' ? undefined : template.Parameters[value.Ref];
      expect([name, parameter?.Type]).toEqual([name, 'String']);
      if (/URL|SECRET|TOKEN|KEY/.test(name) && name !== 'PUBLIC_URL')
        expect([name, parameter?.NoEcho]).toEqual([name, true]);
    }
  });

  it.each(functions.map((each) => [basename(each.CodeUri), each] as const))(
    'gives %s the time, the memory, the instances and the ticks that s.yaml gives it',
    (name, { Timeout, MemorySize, ReservedConcurrentExecutions, Events = {}, FunctionUrlConfig, Environment }) => {
      const props = onFunctionCompute[name]?.props;
      expect([Timeout, MemorySize ?? template.Globals.Function.MemorySize]).toEqual([
        props?.timeout,
        props?.memorySize,
      ]);
      expect(ReservedConcurrentExecutions).toBe(props?.concurrencyConfig.reservedConcurrency);
      const kinds = [...Object.values(Events).map(() => 'timer'), ...(FunctionUrlConfig ? ['http'] : [])];
      expect(kinds).toEqual(props?.triggers.map(({ triggerType }) => triggerType));
      // A Lambda has neither the role's credentials nor the region of the platform's context.
      const own = Object.keys(Environment?.Variables ?? {}).filter(
        (each) => !/^ALIBABA_CLOUD_|^MPS_REGION$/.test(each),
      );
      expect(Object.keys(props?.environmentVariables ?? {})).toEqual(expect.arrayContaining(own));
    },
  );

  it('lets every channel and the heartbeat of alerts be set, and nothing be set by default', () => {
    const set = Object.entries(template.Resources.Alert?.Properties.Environment?.Variables ?? {});
    const places = Object.keys(variables).filter((name) => /^ALERT_.*_(URL|SECRET|HOSTS)$/.test(name));
    expect(set.map(([name]) => name)).toEqual(expect.arrayContaining(places));
    const alerting = set.filter(([name]) => name.startsWith('ALERT_'));
    for (const [, value] of alerting) {
      expect(typeof value === 'string' ? value : template.Parameters[value.Ref]?.Default).toBe('');
    }
  });

  it('retries no timer', () => {
    const timed = functions.filter(({ Events }) => Events !== undefined);
    expect(timed.map(({ EventInvokeConfig }) => EventInvokeConfig?.MaximumRetryAttempts)).toEqual(timed.map(() => 0));
  });
});

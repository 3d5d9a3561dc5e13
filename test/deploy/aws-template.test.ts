import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { variables } from '#core/config.ts';

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
        Runtime: z.literal('nodejs20.x'),
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

describe(path, () => {
  it('deploys folders that the build makes', () => {
    const folders = functions.map(({ CodeUri }) => basename(CodeUri));
    expect(folders).toEqual(expect.arrayContaining(['sync', 'view']));
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
      if (/URL|SECRET|TOKEN|KEY/.test(name)) expect([name, parameter?.NoEcho]).toEqual([name, true]);
    }
  });

  it('retries no timer', () => {
    const timed = functions.filter(({ Events }) => Events !== undefined);
    expect(timed.map(({ EventInvokeConfig }) => EventInvokeConfig?.MaximumRetryAttempts)).toEqual(timed.map(() => 0));
  });
});

import * as z from 'zod';
import { httpTrigger, timerTrigger } from './fc3-triggers.ts';

/** Text that the deploying tool fills in, such as `${env('DATABASE_URL')}`, or plain text. */
const text = z.string().min(1);

const hook = z.strictObject({ handler: text, timeout: z.int().min(1).max(300) });

const lifecycle = z.strictObject({
  initializer: hook.optional(),
  preStop: hook.extend({ timeout: z.int().min(1).max(90) }).optional(),
});

const vpc = z.strictObject({ vpcId: text, securityGroupId: text, vSwitchIds: z.array(text).min(1) });

const logs = z.union([
  z.literal('auto'),
  z.strictObject({
    project: text,
    logstore: text,
    enableRequestMetrics: z.boolean().optional(),
    enableInstanceMetrics: z.boolean().optional(),
    logBeginRule: z.enum(['DefaultRegex', 'None']).optional(),
  }),
]);

/** More than a week is refused by the platform, although the component lets it pass. */
const asyncInvocation = z.strictObject({
  maxAsyncRetryAttempts: z.int().min(0).max(8),
  maxAsyncEventAgeInSeconds: z.int().min(1).max(604_800),
});

/** Keys that begin with FC_ belong to the platform. */
export const environmentName = /^(?!FC_)[A-Za-z][A-Za-z0-9_]*$/;

/** Values are text: a number without quotes is refused. */
const environment = z.record(z.string().regex(environmentName), z.string());

const common = {
  region: text,
  functionName: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/),
  description: z.string().max(256).optional(),
  handler: z.string().regex(/^[\w./-]+\.\w+$/),
  code: z.string().startsWith('./dist/'),
  cpu: z.number().min(0.05).max(16).multipleOf(0.05),
  memorySize: z.int().min(128).max(32_768).multipleOf(64),
  diskSize: z.union([z.literal(512), z.literal(10_240)]),
  timeout: z.int().min(1).max(86_400),
  role: text.optional(),
  internetAccess: z.boolean(),
  environmentVariables: environment,
  vpcConfig: vpc,
  logConfig: logs,
  asyncInvokeConfig: asyncInvocation.optional(),
  instanceLifecycleConfig: lifecycle.optional(),
  concurrencyConfig: z.strictObject({ reservedConcurrency: z.int().min(1) }),
  triggers: z.array(z.discriminatedUnion('triggerType', [timerTrigger, httpTrigger])).max(50),
};

/** A function of the built-in Node runtime: an instance answers one call at a time, so there is no concurrency to set. */
const nodeFunction = z.strictObject({ ...common, runtime: z.literal('nodejs20') });

/** A server of one's own, which takes several calls at a time. The image with Node 20 is that of Debian 10. */
const customFunction = z.strictObject({
  ...common,
  handler: common.handler.optional(),
  runtime: z.literal('custom.debian10'),
  instanceConcurrency: z.int().min(1).max(200),
  customRuntimeConfig: z.strictObject({ command: z.array(text).min(1), port: z.int().min(1).max(65_535) }),
});

const functionProps = z
  .discriminatedUnion('runtime', [nodeFunction, customFunction])
  .refine(({ cpu, memorySize }) => memorySize / 1024 >= cpu && memorySize / 1024 <= cpu * 4, {
    error: 'cpu and memorySize must stand between 1:1 and 1:4 (vCPU to GB)',
    path: ['cpu'],
  })
  .refine(({ triggers }) => new Set(triggers.map(({ triggerName }) => triggerName)).size === triggers.length, {
    error: 'triggers of a function need different names',
    path: ['triggers'],
  });

export type FunctionProps = z.output<typeof functionProps>;

/**
 * What a deployment file of this project may say: the part of Serverless Devs' component `fc3` that the project uses,
 * with no other key. The component itself lets misspelt keys and wrong trigger settings pass
 * (https://github.com/devsapp/fc3, src/schema.json), and the function then runs without them.
 */
export const deploymentFile = z.strictObject({
  edition: z.literal('3.0.0'),
  name: text,
  access: text,
  vars: z.record(z.string(), z.string()),
  resources: z.record(z.string(), z.strictObject({ component: z.literal('fc3'), props: functionProps })),
});

export type DeploymentFile = z.output<typeof deploymentFile>;

/** What the platform takes of environment in one function, names and values together, in bytes. */
export const environmentLimit = 4096;

/** Bytes of environment: names, values and the two characters that hold each pair together. */
export function environmentBytes(variables: Readonly<Record<string, string>>): number {
  return Object.entries(variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 2, 0);
}

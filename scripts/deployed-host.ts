import { join } from 'node:path';
import { createHost, type Host, type HostOptions } from '@fc2/runtime/host';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';

/** What the double of MPS takes, as a role's credentials come in the context of a call. */
export const roleCredentials = {
  accessKeyId: DEMO_ACCESS_KEY_ID,
  accessKeySecret: DEMO_ACCESS_KEY_SECRET,
  securityToken: '',
};

export type FunctionName = 'sync' | 'view' | 'alert';

/** A function of the folder of built ones, under a host that loads and calls it as the platform does. */
export const hostDeployed = (dist: string, name: FunctionName, options: Partial<HostOptions>): Host =>
  createHost({
    codeDir: join(dist, name),
    functionName: `mps-sync-${name}`,
    timeoutSeconds: 60,
    memoryMb: 512,
    region: 'cn-hangzhou',
    accountId: '1234567890123456',
    ...options,
  });

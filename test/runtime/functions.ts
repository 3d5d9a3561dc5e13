import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createHost, type Host, type HostOptions } from '../../runtime/host.ts';

const cleanups: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A folder with these files, gone after the test. */
export async function writeFunction(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'function-test-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** A host of these files, stopped after the test. */
export async function hostFunction(files: Record<string, string>, options: Partial<HostOptions> = {}): Promise<Host> {
  const host = createHost({
    codeDir: await writeFunction(files),
    functionName: 'sync',
    timeoutSeconds: 10,
    memoryMb: 512,
    region: 'cn-hangzhou',
    accountId: '1234567890',
    ...options,
  });
  cleanups.push(() => host.stop());
  return host;
}

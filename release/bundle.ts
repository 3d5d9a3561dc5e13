import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/** Zip files begin in 1980. The same time in all, so that the same sources make the same bytes. */
const mtime = new Date(1980, 0, 1);

/** Puts a built function into a zip, and returns the line that `sha256sum --check` reads. */
export async function zipFunction(folder: string, target: string, name: string): Promise<string> {
  const files = (await readdir(folder)).sort();
  const contents = await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file))] as const));
  const zipped = zipSync(Object.fromEntries(contents), { mtime, level: 9 });
  await writeFile(join(target, name), zipped);
  return `${createHash('sha256').update(zipped).digest('hex')}  ${name}\n`;
}

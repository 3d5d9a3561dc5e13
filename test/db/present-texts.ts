import { readdirSync, readFileSync } from 'node:fs';

const folder = 'migrations';

/** Which migration has the text of each function and view that holds now: the last one that writes it. */
export function findPresentTexts(): ReadonlyMap<string, string> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const written = files.sort().flatMap((file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    const names = text.matchAll(/^create (?:or replace )?(?:function|view) ([\w.]+)/gim);
    return [...names].map(([, name = '']) => [name, file] as const);
  });
  return new Map(written);
}

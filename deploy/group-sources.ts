import type { SourceEntry } from '#core/source-list.ts';

/** What one function carries: 4 KB of environment, of which this much is left for sources, and 50 triggers. */
const roomBytes = 2_400;
const mostTriggers = 50;

/** The usual length of an access key id or secret, of which a source may bring two and a token. */
const keyBytes = 32;
const tokenBytes = 800;

/** Environment variables that hold a source's credentials. */
export function listKeyVariables(source: SourceEntry): string[] {
  const { accessKeyIdVariable, accessKeySecretVariable, securityTokenVariable } = source;
  return [accessKeyIdVariable, accessKeySecretVariable, securityTokenVariable].filter((each) => each !== undefined);
}

/** What a source takes of a function's environment, in bytes: its JSON, and the variables that it names. */
function sourceBytes(source: SourceEntry): number {
  const keys = listKeyVariables(source).reduce((sum, name) => sum + name.length + keyBytes, 0);
  const token = source.securityTokenVariable === undefined ? 0 : tokenBytes;
  return Buffer.byteLength(JSON.stringify(source)) + 1 + keys + token;
}

/** Sources in groups, in their order, as many to a function as it can carry. */
export function groupSources(sources: readonly SourceEntry[]): SourceEntry[][] {
  const groups: SourceEntry[][] = [];
  let left = 0;
  for (const source of sources) {
    const bytes = sourceBytes(source);
    const group = groups.at(-1);
    if (group === undefined || bytes > left || group.length >= mostTriggers) {
      groups.push([source]);
      left = roomBytes - bytes;
    } else {
      group.push(source);
      left -= bytes;
    }
  }
  return groups;
}

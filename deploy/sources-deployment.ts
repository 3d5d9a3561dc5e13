import type { SourceEntry } from '#core/source-list.ts';
import type { DeploymentFile, FunctionProps } from './fc3.ts';
import { groupSources, listKeyVariables } from './group-sources.ts';

/**
 * A deployment with one timer a source: as many copies of `s.yaml`'s sync as the sources need, each with the part of them
 * that its environment can hold. Instances of all share the calls of an account through the database.
 */
export function toSourcesDeployment(base: DeploymentFile, sources: readonly SourceEntry[]): DeploymentFile {
  const sync = base.resources.sync;
  if (sync === undefined) throw new Error('s.yaml has no resource "sync" to copy');
  const parts = groupSources(sources).map((group, index) => {
    const name = `sync-${index + 1}`;
    return [name, { ...sync, props: toProps(sync.props, group, name) }] as const;
  });
  return { ...base, name: `${base.name}-sources`, resources: Object.fromEntries(parts) };
}

/** `MPS_SOURCES` for the alert function, which watches whether they are read: it wants no more than their names. */
export const toAlertSources = (sources: readonly SourceEntry[]): string =>
  JSON.stringify(sources.map(({ name }) => ({ name })));

function toProps(sync: FunctionProps, group: readonly SourceEntry[], name: string): FunctionProps {
  const keys = group.flatMap(listKeyVariables).map((variable) => [variable, `\${env('${variable}')}`]);
  return {
    ...sync,
    functionName: `mps-sync-${name}`,
    environmentVariables: {
      ...sync.environmentVariables,
      MPS_SOURCES: JSON.stringify(group),
      ...Object.fromEntries(keys),
    },
    // One for each source, and one for a tick that comes while a run is still under way.
    concurrencyConfig: { reservedConcurrency: group.length + 1 },
    triggers: group.map((source, index) => ({
      triggerName: `source-${index + 1}-${source.name.replaceAll('.', '-')}`,
      triggerType: 'timer',
      triggerConfig: {
        cronExpression: '@every 1m',
        enable: true,
        payload: JSON.stringify({ source: source.name }),
      },
    })),
  };
}

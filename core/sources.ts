import type { Config } from '#core/config.ts';
import { toEndpoint } from '#core/endpoint.ts';
import { AppError } from '#core/errors.ts';
import type { CredentialVariables, Source } from '#core/source.ts';
import type { SourceEntry } from '#core/source-list.ts';

/** The sources of a configuration: those that `MPS_SOURCES` lists, else the one that the other variables describe. */
export function toSources(config: Config): Source[] {
  return (config.MPS_SOURCES ?? [{ name: 'default' }]).map((entry) => toSource(entry, config));
}

function toSource(entry: SourceEntry, config: Config): Source {
  const credentialVariables = toCredentialVariables(entry);
  return {
    name: entry.name,
    endpoint: toEndpoint(
      entry.region ?? config.MPS_REGION,
      entry.endpoint ?? (entry.region ? undefined : config.MPS_ENDPOINT),
    ),
    pipelineId: entry.pipelineId,
    account: entry.account ?? credentialVariables?.accessKeyId ?? 'default',
    credentialVariables,
    callsPerSecond: entry.qps ?? config.MPS_QPS,
    historyShare: config.MPS_BACKFILL_SHARE,
    pageSize: config.MPS_PAGE_SIZE,
    since: toEpochSeconds(entry.since ?? config.SYNC_SINCE),
    lookbackSeconds: config.SYNC_LOOKBACK_MINUTES * 60,
    settleSeconds: config.SYNC_SETTLE_SECONDS,
    retentionMonths: config.RETENTION_MONTHS,
  };
}

function toCredentialVariables(entry: SourceEntry): CredentialVariables | undefined {
  const { accessKeyIdVariable: accessKeyId, accessKeySecretVariable: accessKeySecret } = entry;
  if (accessKeyId === undefined || accessKeySecret === undefined) return undefined;
  return { accessKeyId, accessKeySecret, securityToken: entry.securityTokenVariable };
}

const toEpochSeconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Math.floor(Date.parse(text) / 1000);

/** One source by its name. Throws `usage` with the names there are. */
export function pickSources(sources: readonly Source[], name: string | undefined): readonly Source[] {
  if (name === undefined) return sources;
  const picked = sources.filter((source) => source.name === name);
  if (picked.length > 0) return picked;
  const names = sources.map((source) => `"${source.name}"`).join(', ');
  throw new AppError('usage', `no source is named "${name}": the configuration has ${names}`);
}

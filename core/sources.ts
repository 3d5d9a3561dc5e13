import type { Config } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import type { Source } from '#core/source.ts';

/** The sources of a configuration. */
export function toSources(config: Config): Source[] {
  return [
    {
      name: 'default',
      pageSize: config.MPS_PAGE_SIZE,
      since: config.SYNC_SINCE === undefined ? undefined : Math.floor(Date.parse(config.SYNC_SINCE) / 1000),
      lookbackSeconds: config.SYNC_LOOKBACK_MINUTES * 60,
      settleSeconds: config.SYNC_SETTLE_SECONDS,
    },
  ];
}

/** One source by its name. Throws `usage` with the names there are. */
export function pickSources(sources: readonly Source[], name: string | undefined): readonly Source[] {
  if (name === undefined) return sources;
  const picked = sources.filter((source) => source.name === name);
  if (picked.length > 0) return picked;
  const names = sources.map((source) => `"${source.name}"`).join(', ');
  throw new AppError('usage', `no source is named "${name}": the configuration has ${names}`);
}

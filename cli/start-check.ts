import { isIPv4, isIPv6 } from 'node:net';
import type { Config, Environment } from '#core/config.ts';
import { AppError, toAppError } from '#core/errors.ts';
import { toSources } from '#core/sources.ts';
import { createCredentialSource } from '#mps/credentials.ts';

/** What has to be known before anything is opened. */
export interface StartChecks {
  readonly config: Config;
  readonly env: Environment;
  readonly host: string;
  /** Whether the simulator may stand in for MPS. */
  readonly demo: boolean;
  readonly fast: boolean;
}

/**
 * Whether real MPS is meant: a key says so, or a source that names variables for its own. Then, and wherever the demo is
 * refused, what it takes must be there before anything starts. Throws `config_invalid` or `usage`.
 */
export function decideCloud({ config, env, host, demo, fast }: StartChecks): boolean {
  if (!isLoopback(host) && !config.VIEW_TOKEN) {
    throw new AppError(
      'config_invalid',
      `VIEW_TOKEN is not set: to serve ${host}, which others can reach, it wants one`,
    );
  }
  const withKey = Boolean(config.ALIBABA_CLOUD_ACCESS_KEY_ID);
  const cloud = !demo || withKey || (config.MPS_SOURCES ?? []).some((entry) => entry.accessKeyIdVariable);
  if (cloud && fast) throw new AppError('usage', '--fast is for the demo, and these credentials are for real MPS');
  const problems = cloud ? findMissing(config, env) : [];
  if (problems.length > 0) throw new AppError('config_invalid', problems.join('\n'));
  return cloud;
}

/** What a start against real MPS lacks, a sentence each. */
function findMissing(config: Config, env: Environment): string[] {
  const sources = attempt(() => toSources(config));
  if ('problem' in sources) return [...findMissingKey(env), sources.problem];
  const keys = sources.value.map(({ credentialVariables: variables }) =>
    attempt(() => createCredentialSource(env, { variables })()),
  );
  return [...new Set(keys.flatMap((key) => ('problem' in key ? [key.problem] : [])))];
}

const findMissingKey = (env: Environment): string[] => {
  const key = attempt(() => createCredentialSource(env)());
  return 'problem' in key ? [key.problem] : [];
};

function attempt<T>(work: () => T): { value: T } | { problem: string } {
  try {
    return { value: work() };
  } catch (error) {
    return { problem: toAppError(error).message };
  }
}

/** Whether only this machine can reach an address. What looks like one and is none is a name, which may lead anywhere. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** An address as it stands in a URL. */
export const toUrlHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

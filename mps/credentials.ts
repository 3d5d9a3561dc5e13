import { AppError } from '#core/errors.ts';
import type { CredentialVariables } from '#core/source.ts';

/** An access key pair, and the STS token that goes with a temporary one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** Asked before every request, so that rotated credentials take effect in a running process. */
export type CredentialSource = () => Credentials;

export type Environment = Readonly<Record<string, string | undefined>>;

const usualVariables: CredentialVariables = {
  accessKeyId: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  accessKeySecret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  securityToken: 'ALIBABA_CLOUD_SECURITY_TOKEN',
};

/**
 * The credentials of one source. Where it names variables of its own, those. Else those of the current invocation, if
 * the platform gave any (a Function Compute role's are valid 36 hours and fresh in every call), else the environment's
 * usual ones, which a warm instance may hold longer than they are valid.
 * https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables
 */
export function createCredentialSource(
  env: Environment,
  options: { invocation?: Credentials | undefined; variables?: CredentialVariables | undefined } = {},
): CredentialSource {
  const { invocation, variables } = options;
  return () => {
    const found = variables ? readVariables(env, variables) : (invocation ?? readVariables(env, usualVariables));
    if (!found) throw new AppError('mps_credentials', describeMissing(variables));
    return found;
  };
}

function describeMissing(variables: CredentialVariables | undefined): string {
  const { accessKeyId, accessKeySecret } = variables ?? usualVariables;
  const otherwise = variables ? '' : 'give the function a role, or ';
  return `no MPS credentials: ${otherwise}set ${accessKeyId} and ${accessKeySecret}`;
}

function readVariables(env: Environment, names: CredentialVariables): Credentials | undefined {
  const accessKeyId = env[names.accessKeyId];
  const accessKeySecret = env[names.accessKeySecret];
  if (!accessKeyId || !accessKeySecret) return undefined;
  const securityToken = (names.securityToken && env[names.securityToken]) || undefined;
  return { accessKeyId, accessKeySecret, securityToken };
}

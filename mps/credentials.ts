import { AppError } from '#core/errors.ts';

/** An access key pair, and the STS token that goes with a temporary one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** Asked before every request, so that rotated credentials take effect in a running process. */
export type CredentialSource = () => Credentials;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Credentials of the current invocation where the platform gave any (a Function Compute role's are valid 36 hours and
 * fresh in every call), else of the environment, which a warm instance may hold longer than it is valid.
 * https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables
 */
export function createCredentialSource(env: Environment, invocation?: Credentials): CredentialSource {
  return () => {
    const found = invocation ?? readEnvironment(env);
    if (!found) throw new AppError('mps_credentials', missingMessage);
    return found;
  };
}

const missingMessage =
  'no MPS credentials: give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET';

function readEnvironment(env: Environment): Credentials | undefined {
  const accessKeyId = env.ALIBABA_CLOUD_ACCESS_KEY_ID;
  const accessKeySecret = env.ALIBABA_CLOUD_ACCESS_KEY_SECRET;
  if (!accessKeyId || !accessKeySecret) return undefined;
  return { accessKeyId, accessKeySecret, securityToken: env.ALIBABA_CLOUD_SECURITY_TOKEN || undefined };
}

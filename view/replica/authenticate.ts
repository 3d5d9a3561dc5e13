import { createHash, timingSafeEqual } from 'node:crypto';
import type { Call } from '#view/replica/call.ts';
import { type Claim, readClaim } from '#view/replica/claim.ts';
import { ReplicaRefusal } from '#view/replica/refusal.ts';

/** The one key that opens the replica. */
export interface ReplicaKey {
  readonly id: string;
  readonly secret: string;
}

/** The key of the configuration; half of one is none. */
export const toReplicaKey = (config: {
  readonly VIEW_ACCESS_KEY_ID: string | undefined;
  readonly VIEW_ACCESS_KEY_SECRET: string | undefined;
}): ReplicaKey | undefined =>
  config.VIEW_ACCESS_KEY_ID && config.VIEW_ACCESS_KEY_SECRET
    ? { id: config.VIEW_ACCESS_KEY_ID, secret: config.VIEW_ACCESS_KEY_SECRET }
    : undefined;

/** How far a call's own time may be from the server's. https://help.aliyun.com/document_detail/48054.html */
const maxSkewMs = 15 * 60_000;
/** Nonces remembered at most, the newest: an instance's memory is not to be filled by its callers. */
const maxNonces = 50_000;

/**
 * A check of who calls, in MPS's order and with its codes. Throws ReplicaRefusal. A nonce is remembered by this instance
 * only: an answer says nothing that its first receiver did not get, so a replay within 15 minutes gains nobody much.
 */
export function createAuthenticator(key: ReplicaKey | undefined, now: () => number): (call: Call) => void {
  const nonces = new Set<string>();
  return (call) => {
    const claim = readClaim(call);
    if (key === undefined || !isSame(claim.accessKeyId, key.id))
      throw new ReplicaRefusal('InvalidAccessKeyId.NotFound');
    checkTimestamp(claim, now());
    if (claim.securityToken !== undefined) throw new ReplicaRefusal('InvalidSecurityToken.MismatchWithAccessKey');
    if (!isSame(claim.sign(key.secret), claim.signature)) throw toMismatch(claim);
    if (nonces.has(claim.nonce)) throw new ReplicaRefusal('SignatureNonceUsed');
    nonces.add(claim.nonce);
    if (nonces.size > maxNonces) nonces.delete(nonces.values().next().value ?? '');
  };
}

function checkTimestamp({ timestamp }: Claim, now: number): void {
  const at = Date.parse(timestamp);
  if (Number.isNaN(at) || !timestamp.endsWith('Z')) throw new ReplicaRefusal('InvalidTimeStamp.Format');
  if (Math.abs(now - at) > maxSkewMs) throw new ReplicaRefusal('InvalidTimeStamp.Expired');
}

/** The message carries the string to sign, as MPS's does: with it a client's author finds what differs. */
const toMismatch = ({ stringToSign }: Claim): ReplicaRefusal =>
  new ReplicaRefusal(
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  );

/** Compares hashes, so that neither length nor content shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

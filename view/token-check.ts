import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * A check of `Authorization: Bearer <token>` against the configured tokens. Hashes are compared and not texts, so that
 * neither length nor content shows in the time it takes; every token is looked at, so that neither does its place.
 */
export function createTokenCheck(tokens: readonly string[]): (authorization: string | undefined) => boolean {
  const known = tokens.map((token) => toHash(Buffer.from(token, 'utf8')));
  return (authorization) => {
    const presented = toHash(readToken(authorization));
    const matches = known.map((hash) => timingSafeEqual(hash, presented));
    return authorization !== undefined && matches.includes(true);
  };
}

const toHash = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** A header's characters stand for the bytes that were sent, which for a token beyond ASCII are UTF-8. */
function readToken(authorization: string | undefined): Buffer {
  const [, token] = /^bearer +(\S.*)$/i.exec(authorization?.trim() ?? '') ?? [];
  return Buffer.from(token ?? '', 'latin1');
}

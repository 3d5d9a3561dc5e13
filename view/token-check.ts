import { createHash, timingSafeEqual } from 'node:crypto';

/** Tokens that open the view. */
export interface TokenCheck {
  /** Whether a header `Authorization: Bearer <token>` has one of them. */
  passes(authorization: string | undefined): boolean;
  /** Which of them a text is, if any. */
  find(token: string): string | undefined;
}

/**
 * Hashes are compared and not texts, so that neither length nor content shows in the time it takes; every token is
 * looked at, so that neither does its place.
 */
export function createTokenCheck(tokens: readonly string[]): TokenCheck {
  const known = tokens.map((token) => ({ token, hash: toHash(Buffer.from(token, 'utf8')) }));
  const findBytes = (bytes: Buffer): string | undefined => {
    const presented = toHash(bytes);
    return known.filter(({ hash }) => timingSafeEqual(hash, presented))[0]?.token;
  };
  return {
    passes: (authorization) => authorization !== undefined && findBytes(readToken(authorization)) !== undefined,
    find: (token) => findBytes(Buffer.from(token, 'utf8')),
  };
}

const toHash = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** A header's characters stand for the bytes that were sent, which for a token beyond ASCII are UTF-8. */
function readToken(authorization: string): Buffer {
  const [, token] = /^bearer +(\S.*)$/i.exec(authorization.trim()) ?? [];
  return Buffer.from(token ?? '', 'latin1');
}

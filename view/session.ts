import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const cookieName = 'mps_session';
/** A working day. */
export const sessionSeconds = 12 * 3_600;

/** Who has signed in, kept by the browser alone. */
export interface Sessions {
  /** Signs the browser in with a token that was found good. */
  begin(request: Context, token: string): void;
  end(request: Context): void;
  isSignedIn(request: Context): boolean;
}

/**
 * Sessions in a cookie that only this server can make: an end and a chance value, signed with the token that was given.
 * Nothing is stored; taking a token out of the configuration ends its sessions.
 */
export function createSessions(tokens: readonly string[], now: () => number): Sessions {
  const keys = new Map(tokens.map((token) => [token, createHmac('sha256', token).update('mps-sync session').digest()]));
  const attributes = (request: Context) =>
    ({
      path: '/',
      httpOnly: true,
      sameSite: 'Strict',
      secure: new URL(request.req.url).protocol === 'https:',
    }) as const;
  return {
    begin(request, token) {
      const key = keys.get(token);
      if (key === undefined) throw new TypeError('a session begins with a token of the configuration');
      const content = `${Math.floor(now()) + sessionSeconds}.${randomBytes(12).toString('base64url')}`;
      const value = `${content}.${sign(key, content).toString('base64url')}`;
      setCookie(request, cookieName, value, { ...attributes(request), maxAge: sessionSeconds });
    },
    end: (request) => void deleteCookie(request, cookieName, attributes(request)),
    isSignedIn: (request) => isGenuine(getCookie(request, cookieName), [...keys.values()], now()),
  };
}

const sign = (key: Buffer, content: string): Buffer => createHmac('sha256', key).update(content).digest();

function isGenuine(cookie: string | undefined, keys: readonly Buffer[], now: number): boolean {
  const [, content = '', end = '', signature = ''] = /^((\d{1,12})\.[\w-]{16})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
  const presented = Buffer.from(signature, 'base64url');
  // The last of 43 characters has two bits to spare: of the four that mean the same, one was given.
  if (presented.toString('base64url') !== signature || Number(end) <= now) return false;
  return keys.map((key) => timingSafeEqual(sign(key, content), presented)).includes(true);
}

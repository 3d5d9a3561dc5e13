import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from '#alerts/public-address.ts';

/** Why a request was not sent. Its message names the host at the most. */
export class GuardError extends Error {
  override readonly name = 'GuardError';
}

const refusal = (host: string) =>
  new GuardError(`${host} is a private address: name it in ALERT_ALLOW_HOSTS if alerts should go there`);

/** The host of a URL that may be asked; throws a `GuardError` where it may not. `URL` reads `0x7f.1` as `127.0.0.1`. */
export function checkUrl(url: URL, allowedHosts: readonly string[]): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new GuardError('only http and https are spoken');
  const host = url.hostname;
  if (allowedHosts.includes(host)) return;
  const literal = host.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw refusal(host);
}

export type Resolve = typeof dns.lookup;

/** Looks a URL's host up, as sending to it would. Throws a `GuardError`, or the lookup's own error. */
export async function lookUp(url: URL, allowedHosts: readonly string[], resolve?: Resolve): Promise<void> {
  checkUrl(url, allowedHosts);
  const lookup = createGuardedLookup(allowedHosts, resolve);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  await new Promise<void>((done, fail) => lookup(host, { all: true }, (error) => (error ? fail(error) : done())));
}

/**
 * The name lookup of a connection. What it checks is what gets connected to, so a name that answers differently the
 * second time (DNS rebinding) gains nothing. One private address among public ones refuses the name.
 */
export function createGuardedLookup(allowedHosts: readonly string[], resolve: Resolve = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const isAllowed = allowedHosts.includes(hostname) || addresses.every(({ address }) => isPublicAddress(address));
      const first = addresses[0];
      if (!first || !isAllowed) return callback(refusal(hostname), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

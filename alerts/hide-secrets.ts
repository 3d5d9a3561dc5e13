const hidden = '[hidden]';

/** Shorter ones would hit ordinary words, and guard nothing. */
const shortest = 6;

/**
 * What must not be told of a request: the parts of its URL after the host, which are what lets one post there, and the
 * given ones; as they are, percent-encoded and decoded.
 */
export function toSecrets(url: string, more: readonly (string | undefined)[]): string[] {
  const { pathname, search, searchParams } = new URL(url);
  const parts = [...pathname.split('/'), pathname, search.slice(1), ...searchParams.values(), ...more];
  const texts = parts
    .filter((part) => part !== undefined)
    .flatMap((part) => [part, encodeURIComponent(part.toWellFormed()), decode(part)]);
  const long = texts.filter((text) => text.length >= shortest);
  return [...new Set(long.flatMap((text) => [text, text.replaceAll('/', '\\/')]))].toSorted(
    (a, b) => b.length - a.length,
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A text without them. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, hidden), text);
}

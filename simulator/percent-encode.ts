/** Percent-encodes by RFC 3986, as both signature versions want it: only letters, digits and `-_.~` stay. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The pairs sorted by name, as it is before it is encoded, and joined by `&`, each side percent-encoded; an empty value keeps its `=`. */
export function canonicalQuery(pairs: Iterable<readonly [string, string]>): string {
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return sorted.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

/** What stands in place of a credential. */
export const REDACTED = '[redacted]';

// The page token of a listing is no credential, and a log without it is hard to follow.
const SECRET_KEY =
  /(?:secret|secretkey|accesskey|password|passwd|(?<!page)token|signature|authorization|cookie|apikey|privatekey|credential)s?$|^sign$/;

/** Whether a field of this name (any case, `-` and `_` ignored) holds a credential. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replaceAll(/[-_]/g, ''));
}

// Every repetition is bounded or cannot overlap with what follows it: these run over text of any length.
const SECRET_TEXT: ReadonlyArray<readonly [RegExp, string]> = [
  // scheme://user:password@host. A password may hold a raw "/" or "@" in exactly the text that reports a bad URL.
  [/:\/\/[^\s"'<>@/:]{0,128}:[^\s"'<>]{1,256}@/g, `://${REDACTED}@`],
  [/:\/\/[^\s"'<>@/:]{1,256}@/g, `://${REDACTED}@`],
  // name=value, name: value, "name":"value", also inside JSON that is itself quoted
  [
    /(secret|passw(?:or)?d|(?<!page[-_ ]?)token|signature|authorization|api[-_]?key|private[-_]?key|access[-_]?key|\bsign)(\\{0,4}["']?\s{0,3}[:=]\s{0,3})(?:(?:bearer|basic)\s{1,3})?(?:\\{0,4}"[^"]{0,8192}"?|'[^']{0,8192}'?|[^\s"',;&}\])]+)/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(bearer\s{1,3})[\w.~+/=-]{4,}/gi, `$1${REDACTED}`],
  [/\b(basic\s{1,3})[\w+/=-]{16,}/gi, `$1${REDACTED}`],
  // Chat webhooks carry their secret in the path.
  [/(hooks\.slack\.com\/services|open-apis\/bot\/v2\/hook)\/[^\s"']+/gi, `$1/${REDACTED}`],
];

/**
 * The text without what looks like a credential, and without the given literal `secrets` (those shorter than 8
 * characters are passed over: they would hit ordinary words). Over-redacts rather than under-redacts.
 */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 8) clean = clean.replaceAll(secret, REDACTED);
  for (const [pattern, replacement] of SECRET_TEXT) clean = clean.replace(pattern, replacement);
  return clean;
}

/** The kinds of text that a variable, or a field of one, may hold. Each says only what is taken; errors are written elsewhere. */
import * as z from 'zod';
import { type AlertRule, alertRules } from '#core/alert-notification.ts';

/** A whole number given as text, within bounds. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** A number above 0, up to 1. */
export const share = z
  .string()
  .regex(/^(0\.\d+|1(\.0+)?)$/)
  .transform(Number)
  .pipe(z.number().gt(0).max(1));

/**
 * One in which nothing comes after the host that belongs before it: a password with an unescaped `/`, `?` or `#` would be taken for
 * a host, and be named in errors.
 */
export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ }).refine((text) => {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash } = new URL(text);
  return hash === '' && !`${pathname}${search}`.includes('@');
});

/** One word or more, separated by commas. */
export const wordList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
  )
  .refine((words) => words.length > 0);

/** Without user and password, which belong into no log. */
export const webUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && !new URL(text).username && !new URL(text).password);

/** A secret of a Standard Webhooks endpoint: base64 of 24 to 64 bytes, usually with a prefix. */
const webhookSecret = /^(whsec_)?(?=.{32,88}$)[A-Za-z0-9+/]+={0,2}$/;

/** One or more of them, separated by commas or spaces. */
export const webhookSecrets = z
  .string()
  .transform((text) => text.split(/[\s,]/).filter(Boolean))
  .refine((secrets) => secrets.length > 0 && secrets.every((secret) => webhookSecret.test(secret)));

/** Names and addresses as `URL.hostname` has them. */
export const hostList = wordList
  .transform((hosts) => hosts.map((host) => host.toLowerCase()))
  .refine((hosts) => hosts.every((host) => /^(\[[\da-f:.]+\]|[\w.-]+)$/.test(host)));

const isRule = (word: string): word is AlertRule => (alertRules as readonly string[]).includes(word);

/** Names of rules of alerts. */
export const ruleList = wordList.refine((words) => words.every(isRule)).transform((words) => words.filter(isRule));

/** The id of a region, as in `cn-hangzhou`. */
export const region = z.string().regex(/^[a-z]{2}(-[a-z0-9]+)+$/);

/** A host, perhaps with its port, or an http or https URL. */
export const hostOrUrl = z.union([
  z.url({ protocol: /^https?$/ }),
  z
    .string()
    .regex(/^[a-z0-9.-]+(:\d{1,5})?$/i)
    .refine((host) => URL.canParse(`https://${host}`)),
]);

/** An ISO 8601 time from 1970 on, with an offset. */
export const moment = z.iso.datetime({ offset: true }).refine((text) => Date.parse(text) >= 0);

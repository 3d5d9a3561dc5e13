import { asRecord } from './record.ts';
import { redactText } from './redact.ts';

/**
 * The error as it may leave the function. The platform shows message, type and stack of what a handler throws to
 * whoever invoked it, and Lambda also prints own properties and causes: so a new error with the name, the message and
 * the stack, redacted, and nothing else.
 *
 * @param secrets literal values to remove wherever they stand, such as the credentials of the invocation
 */
export function toCleanError(error: unknown, secrets: readonly string[] = []): Error {
  const clean = new Error(redactText(messageOf(error), secrets));
  if (!(error instanceof Error)) return clean;
  Object.defineProperty(clean, 'name', { value: redactText(String(error.name), secrets), enumerable: false });
  if (typeof error.stack === 'string') clean.stack = redactText(error.stack, secrets);
  return clean;
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return String(error.message);
  if (typeof error === 'object' && error !== null)
    return asRecord(error)?.message?.toString() ?? 'an object was thrown';
  return String(error);
}

import { asRecord } from './record.ts';

/** How an error looks in a log entry. */
export interface ErrorFields {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: unknown;
  errors?: unknown[];
}

const MAX_DEPTH = 5;
const MAX_AGGREGATED = 10;

/**
 * An error as plain fields, its causes included. Only these fields: the own properties that drivers and SDKs hang on
 * their errors hold requests, headers and SQL parameters.
 */
export function toErrorFields(error: Error, depth = 0): ErrorFields {
  const fields: ErrorFields = { type: toText(error.name), message: toText(error.message) };
  const { code, cause, errors } = error as Error & { code?: unknown; errors?: unknown };
  if (typeof code === 'string' || typeof code === 'number') fields.code = code;
  if (typeof error.stack === 'string') fields.stack = error.stack;
  if (depth >= MAX_DEPTH) return fields;
  if (cause !== undefined) fields.cause = withPlainErrors(cause, depth + 1);
  if (Array.isArray(errors))
    fields.errors = errors.slice(0, MAX_AGGREGATED).map((each) => withPlainErrors(each, depth + 1));
  return fields;
}

// An object may be there as well, and one that no conversion to text takes.
const toText = (value: unknown): string => (typeof value === 'object' ? 'an object in place of a text' : String(value));

/** The value with every error in it, however nested, turned into fields; JSON would make an empty object of each. */
export function withPlainErrors(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return toErrorFields(value, depth);
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((each) => withPlainErrors(each, depth + 1));
  const record = asRecord(value);
  if (record === undefined || !isPlain(record)) return value;
  return Object.fromEntries(Object.entries(record).map(([key, each]) => [key, withPlainErrors(each, depth + 1)]));
}

// A Date, a URL, a Buffer know better themselves how they look in JSON.
function isPlain(record: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(record);
  return prototype === Object.prototype || prototype === null;
}

import { asRecord } from './record.ts';

/** An event as the platform passed it on: parsed, and as JSON text where it came as text. */
export interface DecodedEvent {
  value: unknown;
  text: string | undefined;
}

/**
 * Reads an event. Function Compute passes a Buffer whatever the trigger
 * (https://www.alibabacloud.com/help/en/functioncompute/fc/request-handlers), Lambda the parsed JSON. Nothing at all,
 * such as the empty Buffer of an invocation without payload, has the value undefined.
 *
 * Throws a TypeError that says what was received, never its content, when the bytes are not JSON.
 */
export function decodeEvent(event: unknown): DecodedEvent {
  if (typeof event !== 'string' && !(event instanceof Uint8Array))
    return { value: event ?? undefined, text: undefined };
  const text = typeof event === 'string' ? event : Buffer.from(event).toString('utf8');
  if (text.trim() === '') return { value: undefined, text: undefined };
  try {
    return { value: JSON.parse(text), text };
  } catch {
    // Without a cause: the message of JSON.parse quotes the text.
    throw new TypeError(`the event is not JSON: got ${describeBytes(event)}`);
  }
}

/** What kind of event this is, in words, for an error message. Never its content. */
export function describeEvent(value: unknown): string {
  if (value === undefined || value === null) return 'an empty event';
  if (Array.isArray(value)) return `a JSON array of ${value.length}`;
  const fields = asRecord(value);
  if (fields === undefined) return `a JSON ${typeof value}`;
  if (typeof asRecord(asRecord(fields.requestContext)?.http)?.method === 'string') return 'an HTTP request event';
  if (typeof fields.httpMethod === 'string') return 'an API Gateway event of payload format 1.0';
  if (typeof fields.triggerName === 'string') return 'a timer trigger event';
  if ('detail-type' in fields) return 'an EventBridge event';
  return `a JSON object with ${Object.keys(fields).length} fields`;
}

function describeBytes(event: string | Uint8Array): string {
  return typeof event === 'string' ? `a string of ${event.length} characters` : `a Buffer of ${event.length} bytes`;
}

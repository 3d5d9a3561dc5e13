import { parseJson } from '#core/json.ts';

/** The fields of an answer that should be a JSON object; none where it is not. */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

import * as z from 'zod';
import { AppError } from '#core/errors.ts';
import { parseJson } from '#core/json.ts';

const instructions = z.strictObject({
  /** Sync this source only. */
  source: z.string().min(1).optional(),
  /** Keep going until the deadline while gaps remain. */
  until: z.literal('covered').optional(),
});

export type TimerInstructions = z.output<typeof instructions>;

/**
 * What a timer's payload asks for. A timer may carry any text: one that is no JSON object asks for nothing. An object
 * that is not understood is refused, because a misspelt source would otherwise sync everything.
 */
export function parseTimerPayload(payload: string | undefined): TimerInstructions {
  const value = parseJson(payload ?? '');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const parsed = instructions.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('usage', 'the timer payload must be a JSON object with "source" (a name) or "until": "covered"');
}

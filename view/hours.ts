import { badParameter, RefusalError } from '#view/problem.ts';

const hour = 3_600;
const day = 86_400;

/** A span of creation time in whole hours, epoch seconds. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/**
 * The whole hours that hold the asked range; the last 24 hours unless asked. Throws a refusal for a range that is empty
 * or longer than `maxDays`.
 */
export function toHours(asked: {
  from: number | undefined;
  to: number | undefined;
  now: number;
  maxDays: number;
}): Hours {
  const to = Math.ceil((asked.to ?? asked.now) / hour) * hour;
  const from = Math.floor((asked.from ?? to - day) / hour) * hour;
  if (from >= to) throw new RefusalError(badParameter('"created_from" must be before "created_to".'));
  if (to - from > asked.maxDays * day) {
    throw new RefusalError(badParameter(`From "created_from" to "created_to" may be ${asked.maxDays} days at most.`));
  }
  return { from, to };
}

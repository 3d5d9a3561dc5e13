import { AppError } from '#core/errors.ts';

/** What a function returns, or the message of the `AppError` that it throws. Anything else that it throws is a failure. */
export function messageOf<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

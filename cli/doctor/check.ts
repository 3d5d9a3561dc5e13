import { AppError, type ErrorCode, errorCodes, toAppError } from '#core/errors.ts';

/** `warn` is worth a look and breaks nothing; `skipped` could not be tried because something else failed. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skipped';

/** What one check found. */
export interface Finding {
  readonly area: string;
  readonly name: string;
  readonly status: CheckStatus;
  /** What was seen. Never a secret. */
  readonly detail: string;
  /** What to do about it, where there is anything to do. */
  readonly remedy?: string;
  readonly code?: ErrorCode;
}

/** Findings of one area, without naming it every time. */
export interface Findings {
  ok(name: string, detail: string): Finding;
  warn(name: string, detail: string, remedy: string): Finding;
  fail(name: string, detail: string, remedy: string): Finding;
  skipped(name: string, detail: string): Finding;
  /** A failure by its code, which knows the remedy. */
  error(name: string, thrown: unknown): Finding;
}

export function inArea(area: string): Findings {
  return {
    ok: (name, detail) => ({ area, name, status: 'ok', detail }),
    warn: (name, detail, remedy) => ({ area, name, status: 'warn', detail, remedy }),
    fail: (name, detail, remedy) => ({ area, name, status: 'fail', detail, remedy }),
    skipped: (name, detail) => ({ area, name, status: 'skipped', detail }),
    error: (name, thrown) => {
      const { code, message } = toAppError(thrown);
      return { area, name, status: 'fail', detail: message, remedy: errorCodes[code].remedy, code };
    },
  };
}

/** Does work that must not hang: rejects with `deadline` once it has taken too long. */
export async function withinMs<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('deadline', `${what} took longer than ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A difference of clocks: what it is, and how bad. `offsetMs` is the other clock minus ours. */
export function judgeClock(area: string, offsetMs: number, tolerance: { warnMs: number; failMs: number }): Finding {
  const { ok, warn, fail } = inArea(area);
  const seconds = Math.abs(offsetMs) / 1000;
  const detail = `${seconds.toFixed(1)} s ${offsetMs < 0 ? 'behind' : 'ahead of'} the clock here`;
  const remedy = 'Set the clocks by NTP, here and there.';
  if (Math.abs(offsetMs) > tolerance.failMs) return fail('clock', detail, remedy);
  if (Math.abs(offsetMs) > tolerance.warnMs) return warn('clock', detail, remedy);
  return ok('clock', detail);
}

import { DrizzleQueryError } from 'drizzle-orm';
import { AppError } from '#core/errors.ts';

/**
 * Connection trouble, by SQLSTATE class (08, 57P, 58) or by the socket's code, and a read that a hot standby broke
 * off because a row it needed was being cleaned away (40001): trying again can help.
 */
const unavailable = /^(08...|40001|57P..|58...|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;

/** SQLSTATEs of a login that is refused and of a database that is not there, and Node's codes for a certificate. */
const notLetIn = /^(28...|3D000|CERT_.*|ERR_TLS_.*|.*SELF_SIGNED_CERT.*|UNABLE_TO_.*)$/;

/** What `pg` says of it without a code, and a pooler with the code of a broken connection. */
const notLetInText =
  /password authentication failed|no such (?:user|database)|^database ".*" does not exist|unsupported startup parameter|\bSASL\b|support SSL connections/;

/** Texts of `pg` for a connection that went away under a query: it gives them no code. */
const lostConnection =
  /connection terminated|connection ended|query read timeout|timeout exceeded when trying to connect|not queryable/i;

/**
 * A database failure as an `AppError`. Drizzle's own message carries the statement and its parameters, rows of users
 * among them, so only what Postgres said is passed on, with its SQLSTATE.
 */
export function toDatabaseError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const cause = unwrap(error);
  const code = readCode(cause);
  const message = readMessage(cause, code);
  if (isLacking(code, message)) {
    return new AppError(
      'schema_missing',
      `the database lacks what this release needs (${message}): run "npm run migrate"`,
      { cause },
    );
  }
  if (code === '42501' || code === '25006') {
    const reason = code === '42501' ? "the database's role lacks a right" : 'the database only reads';
    return new AppError('database_forbidden', `${reason}: ${message}`, { cause });
  }
  if (code === '57014') {
    return new AppError('database_slow', `Postgres stopped a statement that took too long: ${message}`, { cause });
  }
  if (code === '55P03') {
    return new AppError('database_busy', `a lock was not to be had in time: ${message}`, { cause });
  }
  if (notLetIn.test(code ?? '') || notLetInText.test(message)) {
    return new AppError('database_login', `Postgres does not let us in (${code ?? 'no code'}): ${message}`, { cause });
  }
  if (code?.startsWith('53')) {
    return new AppError(
      'database_unavailable',
      `Postgres has no room, memory or connection left (${code}): ${message}`,
      { cause },
    );
  }
  if (unavailable.test(code ?? '') || lostConnection.test(message)) {
    return new AppError('database_unavailable', `Postgres is not reachable: ${message}`, { cause });
  }
  return new AppError('database_rejected', `Postgres refused a statement (${code ?? 'no code'}): ${message}`, {
    cause,
  });
}

/**
 * Whether a table, a schema, a column or a function of ours is not there. 42883 also comes of an operator that does not take its operands
 * and of a function of the server's own: ours is named with its schema, by any language of messages.
 */
const isLacking = (code: string | undefined, message: string): boolean =>
  code === '42P01' ||
  code === '3F000' ||
  code === '42703' ||
  (code === '42883' && /(^|[^\w.])mps\.\w+\(/.test(message));

const unwrap = (error: unknown): unknown => (error instanceof DrizzleQueryError ? unwrap(error.cause) : error);

function readMessage(cause: unknown, code: string | undefined): string {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cause : `no Error was thrown but ${typeof cause}`;
  const said = [cause.message, code, cause.name].find((text) => typeof text === 'string' && text !== '');
  return said ?? 'an error without words';
}

/** The SQLSTATE or socket code of a driver error. A refused connection to several addresses hides it one level down. */
export function readCode(error: unknown): string | undefined {
  if (error instanceof AggregateError) return readCode(error.errors?.[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Runs database work and lets nothing but `AppError` out. */
export async function guardDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}

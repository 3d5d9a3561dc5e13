/**
 * What the product needs of a logger: pino's call shape, fields first. `core` names it so that no layer below the
 * entry points depends on a logging package.
 */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A logger that says nothing: the default where a caller did not pass one. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

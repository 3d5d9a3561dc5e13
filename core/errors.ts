/**
 * Every way the product can refuse or fail: whether trying again can help, what it means, and what to do about it.
 * Codes are public: they appear in `mps.sync_run.error_code`, in logs and in problem documents. `docs/errors.md` is generated from
 * here.
 */
export const errorCodes = {
  config_invalid: {
    retryable: false,
    meaning: 'An environment variable is missing or has a value that cannot be used.',
    remedy: 'Set each variable that the message names to what it wants; see docs/configuration.md.',
  },
  usage: {
    retryable: false,
    meaning: 'A command was asked for in a way that makes no sense.',
    remedy: 'Read the help of the command: `npx mps-sync <command> --help`.',
  },
  port_taken: {
    retryable: false,
    meaning: 'Another program listens on the port of the view.',
    remedy: 'End that program, or choose another port with --port.',
  },
  data_directory_broken: {
    retryable: false,
    meaning: 'The folder of the embedded Postgres cannot be used: another process holds it, or its files are damaged.',
    remedy: 'Stop the other process, or move the folder away to begin anew, or set DATABASE_URL.',
  },
  job_unknown: {
    retryable: false,
    meaning: 'The copy holds no job of the id that was asked for.',
    remedy: 'Check the id; a job that MPS has just made may take a minute to arrive.',
  },
  check_failed: {
    retryable: false,
    meaning: 'A check of `mps-sync doctor` failed.',
    remedy: 'Do what the report says under each check that failed.',
  },
  mps_throttled: {
    retryable: true,
    meaning: "MPS refused calls because the account's calls a second were used up, longer than retries last.",
    remedy:
      "Nothing, if it passes: the rate has been halved and the next run goes on. If it stays, lower MPS_QPS to what the account's other callers leave.",
  },
  mps_unavailable: {
    retryable: true,
    meaning: 'MPS did not answer, or answered with an error of its own, longer than retries last.',
    remedy:
      "Check MPS_REGION, MPS_ENDPOINT and the function's way to the internet or the VPC endpoint; the next run goes on by itself.",
  },
  mps_unreadable: {
    retryable: true,
    meaning: 'Something answered that is not MPS: no JSON, or JSON that is no page of jobs.',
    remedy: 'Check that MPS_ENDPOINT leads to MPS and that no proxy on the way answers in its place.',
  },
  mps_clock_skew: {
    retryable: false,
    meaning: 'MPS refused the signature because the clock here is off by minutes.',
    remedy: 'Correct the clock of the machine.',
  },
  mps_credentials: {
    retryable: false,
    meaning: 'There is no access key, or MPS does not accept it: unknown, disabled, expired, or a wrong secret.',
    remedy:
      'Give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET to a valid key; temporary ones want ALIBABA_CLOUD_SECURITY_TOKEN too.',
  },
  mps_forbidden: {
    retryable: false,
    meaning: 'The identity is known, but may not list snapshot jobs, or MPS is not activated in the account.',
    remedy:
      'Allow mts:QuerySnapshotJobList on resource * to the identity, and check that MPS is activated in the region.',
  },
  mps_token_refused: {
    retryable: false,
    meaning: 'MPS refused the token that names the next page, again and again.',
    remedy:
      'Nothing, if it passes: the walk begins again at the oldest job seen. If it stays, report it with the request id.',
  },
  mps_bad_request: {
    retryable: false,
    meaning: 'MPS refused the parameters of a call.',
    remedy: 'Check the pipeline ids in MPS_SOURCES and lower MPS_PAGE_SIZE; else report it with the request id.',
  },
  mps_no_progress: {
    retryable: false,
    meaning: 'MPS kept answering with pages that lead nowhere, so the run ended rather than turn in a circle.',
    remedy:
      'Look at the second that the message names: it may hold more jobs than MPS lists. Report it with the request id.',
  },
  copy_differs: {
    retryable: false,
    meaning: 'An audit found jobs that are stored otherwise than MPS lists them.',
    remedy: 'Run `npx mps-sync backfill` over the range that the audit names, then audit it again.',
  },
  fence_lost: {
    retryable: false,
    meaning: 'Another instance took over the source while this one was stopped or slow; its late write was refused.',
    remedy:
      'Nothing: the other instance goes on. If it happens all the time, look for an instance that is starved of CPU or frozen.',
  },
  alert_undelivered: {
    retryable: true,
    meaning: 'A test message did not reach a channel.',
    remedy:
      'Do what its answer asks for: often the URL or the secret of the channel is wrong. See docs/alert-channels.md.',
  },
  deadline: {
    retryable: true,
    meaning: "The time of the run, or somebody's Ctrl-C, ended it before everything was read.",
    remedy:
      'Nothing: what was read is stored, and the next run goes on. If gaps grow for hours, give the function more time or run a backfill.',
  },
  database_unavailable: {
    retryable: true,
    meaning: 'Postgres could not be reached, or broke the connection.',
    remedy:
      'Check that it runs, that DATABASE_URL leads to it from where the function is, and that it has connections and disk space left; the next run goes on by itself.',
  },
  database_login: {
    retryable: false,
    meaning:
      'Postgres, or a pooler before it, did not let us in: the user, the password, the database or the encryption is not what it wants.',
    remedy:
      'Check user, password and database name in DATABASE_URL, characters such as / ? # @ % percent-encoded. Of a certificate: put `sslmode=verify-full` and `sslrootcert=<file>` of its authority into the URL; docs/security.md has the modes.',
  },
  database_unsuitable: {
    retryable: false,
    meaning: 'The server is older than PostgreSQL 14, or the database is not in UTF-8.',
    remedy:
      "Use PostgreSQL 14 or newer, and a database made by `create database … encoding 'UTF8' template template0`.",
  },
  database_rejected: {
    retryable: false,
    meaning: 'Postgres refused a statement: a right is missing, a limit is reached, or something was changed by hand.',
    remedy: 'Run `npx mps-sync doctor`, which rehearses what a run does; the message has the SQLSTATE.',
  },
  database_slow: {
    retryable: false,
    meaning: 'Postgres stopped a statement that took longer than it may: a read of the view, or upkeep.',
    remedy: 'Narrow the request by creation time; upkeep is put off and tried again.',
  },
  database_busy: {
    retryable: true,
    meaning: 'Another session held a table longer than we wait for it.',
    remedy:
      'Nothing, if it passes: the next run tries again. If it stays, `npx mps-sync doctor` names the session; see "Old months stay" in docs/operations.md.',
  },
  database_forbidden: {
    retryable: false,
    meaning: 'Postgres refused because the role in the URL lacks a right, or because the server only reads.',
    remedy:
      'Grant the role what docs/security.md lists for it, and the one that migrates `create` on the database; let DATABASE_URL lead to the primary, a hot standby belongs in VIEW_DATABASE_URL.',
  },
  schema_missing: {
    retryable: false,
    meaning: 'The database lacks tables, columns or functions that this release needs.',
    remedy: 'Run `npm run migrate`.',
  },
  schema_newer: {
    retryable: false,
    meaning: 'The database was migrated by a newer release than the one that runs.',
    remedy: 'Deploy that release or a later one; one release back goes on working, but cannot migrate.',
  },
  migration_blocked: {
    retryable: true,
    meaning:
      'A migration got no lock on a table or view within its time, because other sessions held it all the while.',
    remedy:
      'End the session that the message names, or wait until it ends; then run `npm run migrate` again, which goes on with that migration.',
  },
  crashed: {
    retryable: true,
    meaning: 'A run was found that had stopped without a word: its process was killed, or froze for good.',
    remedy: 'Nothing: what it had read is stored. If it happens often, give the function more memory or time.',
  },
  unexpected: {
    retryable: false,
    meaning: 'Something failed that nobody foresaw.',
    remedy: 'Report it with the log entry, which has the stack.',
  },
} satisfies Record<string, { retryable: boolean; meaning: string; remedy: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** What the upstream said of an error, where that matters to the decision that follows. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** MPS's own code, such as `Throttling.User`. */
  readonly upstreamCode?: string | undefined;
  /** How long the server asks to be left alone, in ms. */
  readonly retryAfterMs?: number | undefined;
}

/** The one error type of the product. `message` names the thing and the remedy and never holds a secret. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly upstreamCode: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.retryable = errorCodes[code].retryable;
    this.upstreamCode = details.upstreamCode;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Any thrown value as an `AppError`; what was not foreseen becomes `unexpected` and keeps its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unexpected', toMessage(error), { cause: error });
}

function toMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : `something that is no Error was thrown: ${typeof thrown}`;
}

import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { currentCall } from './current-call.ts';
import { withPlainErrors } from './error-fields.ts';
import { toCleanLine } from './log-line.ts';

/** A pino logger: `log.info({ jobs: 3 }, 'run_finished')`. */
export type Logger = PinoLogger;

/** What {@link createLogger} takes. */
export interface LoggerOptions {
  /** The lowest level that is written: `trace debug info warn error fatal silent`. Default `info`. */
  level?: string | undefined;
  /** Where lines go. Default standard output. */
  destination?: DestinationStream | undefined;
}

// Not console.log: Function Compute's built-in Node runtime prefixes what the console prints and turns its "\n" into
// "\r". And not a buffered stream: the instance is frozen as soon as the call is answered, with the buffer in it.
// process.stdout writes synchronously to files and, except on Windows, to pipes (https://nodejs.org/api/process.html#a-note-on-process-io).
const standardOutput: DestinationStream = {
  write(line) {
    process.stdout.write(line);
  },
};

/**
 * A logger that writes one JSON line an entry, synchronously: level as a word, ISO time, the request's id during a call, errors with their causes,
 * credentials redacted by field name and by look, at most {@link MAX_LINE_BYTES} a line.
 *
 * Throws when `level` is not one of pino's.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withPlainErrors(fields) as Record<string, unknown>,
      },
      mixin: (_fields, _level, logger) => toCallFields(logger as Logger),
      // Already plain when it gets here; pino's own serializer would take the fields for an error of type Object.
      serializers: { err: (value: unknown) => value },
      hooks: { streamWrite: toCleanLine },
    },
    options.destination ?? standardOutput,
  );
}

// The logger of an invocation has these fields already, and JSON with a key twice is read in as many ways as there are readers.
function toCallFields(logger: Logger): object {
  const call = currentCall();
  return call === undefined || 'requestId' in logger.bindings() ? {} : call;
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readLines } from './host-lines.ts';
import type { HostOptions } from './host-options.ts';

/** An error as the platform answers it. */
export interface FunctionError {
  errorMessage: string;
  errorType: string;
  stackTrace: string[];
}

/** One call of a handler or a hook. */
export interface Call {
  id: string;
  kind: 'event' | 'hook';
  handler: string;
  event: Uint8Array;
  context: object;
}

/** What came of a call. `loadMs` is there when the call was the one that loaded the module. */
export interface Answer {
  payload: Uint8Array;
  error?: FunctionError | undefined;
  loadMs?: number | undefined;
  callMs: number;
  /** The most memory that the instance has held since its start, in MB; not there when it ended without an answer. */
  peakMemoryMb?: number | undefined;
  /** The instance ends after this answer. */
  isLast?: boolean | undefined;
}

interface Pending {
  id: string;
  answer?: Answer;
  isPrinted: boolean;
  resolve: (answer: Answer) => void;
}

const WORKER = fileURLToPath(new URL('./host-worker.mjs', import.meta.url));

/** One running instance: a process of plain Node that holds the loaded function. One call at a time. */
export class Instance {
  /** Milliseconds from the start of the process until it took calls. */
  startMs = 0;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #pending: Pending | undefined;

  private constructor(codeDir: string, options: HostOptions, onLine: (line: string) => void) {
    this.#child = fork(WORKER, [codeDir], {
      cwd: codeDir,
      env: { PATH: process.env.PATH, ...options.environment },
      // The built-in runtime gives the heap nine tenths of the memory. And none of this process's flags: no tsx.
      execArgv: [`--max-old-space-size=${Math.floor(options.memoryMb * 0.9)}`],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('error', (error) => onLine(`the instance: ${error.message}`));
    this.#gone = once(this.#child, 'close').catch(() => undefined);
    this.#child.on('message', (message: { id?: string } & Answer) => {
      if (this.#pending === undefined || message.id !== this.#pending.id) return;
      this.#pending.answer = message;
      settle(this.#pending);
    });
    readLines(this.#child.stderr, onLine);
    readLines(this.#child.stdout, (line) => this.#readLine(line, onLine));
  }

  /** Starts an instance over the code in `codeDir`. Every line it prints goes to `onLine`. */
  static async start(codeDir: string, options: HostOptions, onLine: (line: string) => void): Promise<Instance> {
    const startedAt = performance.now();
    const instance = new Instance(codeDir, options, onLine);
    const killWithHost = () => instance.#child.kill('SIGKILL');
    process.once('exit', killWithHost);
    void instance.#gone.then(() => process.off('exit', killWithHost));
    await Promise.race([once(instance.#child, 'message'), instance.#gone]);
    instance.startMs = performance.now() - startedAt;
    return instance;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected;
  }

  /** Wakes the instance and calls. A call that is not answered in time ends the instance, as a crash does. */
  async call(call: Call, timeoutMs: number): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const startedAt = performance.now();
    const answer = await new Promise<Answer>((resolve) => {
      const fail = (type: string, message: string) => toFailure(type, message, performance.now() - startedAt);
      const pending: Pending = { id: call.id, isPrinted: false, resolve };
      this.#pending = pending;
      timer = setTimeout(() => {
        pending.answer = fail('FunctionTimeoutError', `Function timed out after ${timeoutMs / 1000} seconds`);
        this.#child.kill('SIGKILL');
      }, timeoutMs);
      void this.#gone.then(() =>
        resolve(pending.answer ?? fail('FunctionUnhandledError', 'Process exited before the call was answered')),
      );
      this.#child.kill('SIGCONT');
      this.#child.send(call, () => undefined);
    });
    clearTimeout(timer);
    this.#pending = undefined;
    return answer;
  }

  /** Stops the process where it stands, without its knowing, until the next call. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Ends the process, frozen or not. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  // The worker marks the end of what a call printed.
  #readLine(line: string, onLine: (line: string) => void): void {
    const [printed = '', end] = line.split(`\0end ${this.#pending?.id}`);
    if (end === undefined || printed !== '') onLine(printed);
    if (end === undefined || this.#pending === undefined) return;
    this.#pending.isPrinted = true;
    settle(this.#pending);
  }
}

// The answer and the output come through different pipes: a call is over when both have arrived in full; one that ends
// the instance, when that is gone, so that the next call starts another.
function settle({ answer, isPrinted, resolve }: Pending): void {
  if (answer !== undefined && isPrinted && !answer.isLast) resolve(answer);
}

function toFailure(errorType: string, errorMessage: string, callMs: number): Answer {
  const error = { errorMessage, errorType, stackTrace: [] };
  return { payload: Buffer.from(JSON.stringify(error)), error, callMs, isLast: true };
}

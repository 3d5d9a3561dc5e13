import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, type FunctionError, Instance } from './host-instance.ts';
import { createRequestId, type HostOptions, toContext } from './host-options.ts';

/** The time limit of a hook: the longest that s.yaml gives one. */
const hookTimeoutSeconds = 10;

/** What an invocation came to. */
export interface HostAnswer {
  requestId: string;
  /** The bytes InvokeFunction would answer, those of a failure included. */
  payload: Buffer;
  /** The same as text. */
  text: string;
  /** Set when the function threw, crashed or ran out of time. */
  error: FunctionError | undefined;
  /** Milliseconds in the function, without loading its module. */
  callMs: number;
  /** The most memory that the instance has held since its start, in MB; undefined when it ended without an answer. */
  peakMemoryMb: number | undefined;
}

/** Milliseconds of the latest instance's cold start, each undefined until it has happened. */
export interface HostTimings {
  /** From the start of the process until it took calls. */
  startMs: number | undefined;
  /** Loading the module that holds the handler, or the initializer if there is one. */
  loadMs: number | undefined;
  /** The initializer, without loading. */
  initializeMs: number | undefined;
  /** The first call of the handler, without loading. */
  firstCallMs: number | undefined;
}

/** A configured function and the one instance of it that is up: started by the first call, again after one that died. */
export class HostFunction {
  readonly logs: string[] = [];
  timings: HostTimings = noTimings();
  readonly #options: HostOptions;
  #folder: string | undefined;
  #instance: Instance | undefined;
  #isInitialized = false;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  async invoke(event: Uint8Array, retryCount: number): Promise<HostAnswer> {
    const failed = await this.#initialize();
    if (failed !== undefined) return failed;
    const { handler = 'index.handler', timeoutSeconds } = this.#options;
    const answer = await this.#call('event', handler, timeoutSeconds, event, retryCount);
    this.timings.firstCallMs ??= answer.callMs;
    return answer;
  }

  freeze(): void {
    this.#instance?.freeze();
  }

  /** Runs the preStop hook where an instance is up, ends it, removes the copied code. */
  async stop(): Promise<void> {
    const { preStop } = this.#options;
    if (this.#instance?.isAlive && preStop !== undefined) await this.#callHook(preStop);
    await this.#instance?.end();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  // Once successfully per instance; the invocation that finds it failing gets its error.
  async #initialize(): Promise<HostAnswer | undefined> {
    await this.#ensureInstance();
    const { initializer } = this.#options;
    if (this.#isInitialized || initializer === undefined) return undefined;
    const answer = await this.#callHook(initializer);
    this.timings.initializeMs = answer.callMs;
    this.#isInitialized = answer.error === undefined;
    return this.#isInitialized ? undefined : answer;
  }

  async #ensureInstance(): Promise<Instance> {
    if (this.#instance?.isAlive) return this.#instance;
    this.#folder ??= await copyCode(this.#options.codeDir);
    this.#instance = await Instance.start(this.#folder, this.#options, (line) => this.logs.push(line));
    this.#isInitialized = false;
    this.timings = { ...noTimings(), startMs: this.#instance.startMs };
    return this.#instance;
  }

  #callHook(name: string): Promise<HostAnswer> {
    return this.#call('hook', name, hookTimeoutSeconds, Buffer.alloc(0), 0);
  }

  async #call(kind: 'event' | 'hook', handler: string, seconds: number, event: Uint8Array, retryCount: number) {
    const instance = await this.#ensureInstance();
    const id = createRequestId();
    const context = toContext(this.#options, handler, id, retryCount);
    const answer = await instance.call({ id, kind, handler, event, context }, seconds * 1000);
    this.timings.loadMs ??= answer.loadMs;
    if (this.#options.freeze) instance.freeze();
    return toHostAnswer(id, answer);
  }
}

// Out of the tree: below it, Node would find node_modules and a package.json that the platform does not have.
async function copyCode(codeDir: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'function-'));
  await cp(codeDir, folder, { recursive: true });
  return folder;
}

function toHostAnswer(requestId: string, { payload, error, callMs, peakMemoryMb }: Answer): HostAnswer {
  const bytes = Buffer.from(payload);
  return { requestId, payload: bytes, text: bytes.toString(), error, callMs, peakMemoryMb };
}

function noTimings(): HostTimings {
  return { startMs: undefined, loadMs: undefined, initializeMs: undefined, firstCallMs: undefined };
}

import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Credentials } from './iam.ts';
import { type FunctionConfig, functionEnvironment } from './lambda-environment.ts';
import type { FunctionError, WorkerInvocation, WorkerMessage, WorkerStart } from './lambda-messages.ts';
import { AwsError } from './service.ts';

/** What workers need of the cloud. */
export interface PoolHost {
  readonly region: string;
  readonly endpoint: string;
  /** Workers per function at most: AWS has no such limit, this machine has. Callers beyond it wait. */
  readonly maximumWorkers: number;
  issue(config: FunctionConfig): Credentials;
  revoke(accessKeyId: string): void;
  /** Told before the worker that signs with these keys gets an event. */
  begins(accessKeyId: string, invocation: Invocation): void;
  log(functionName: string, line: string): void;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: string;
}

export type Outcome =
  | { readonly ok: true; readonly payload: string; readonly requestId: string }
  | { readonly ok: false; readonly error: FunctionError; readonly requestId: string };

interface Instance {
  readonly worker: Worker;
  readonly credentials: Credentials;
  readonly ready: Promise<void>;
  isReady: boolean;
  /** Ends the current wait for this worker's answer. */
  settle: (outcome: WorkerMessage) => void;
  reaper: NodeJS.Timeout | undefined;
  busy: boolean;
}

/** Lambda gives the import ten seconds before the function's own timeout starts. */
const initTimeoutMs = 10_000;
/** An idle worker is ended after a minute, as an idle execution environment is some time. */
const idleMs = 60_000;

/** The execution environments of one function: each runs one event at a time, in its own thread, heap and environment. */
export class WorkerPool {
  readonly #config: FunctionConfig;
  readonly #host: PoolHost;
  readonly #instances = new Set<Instance>();
  readonly #waiting: { give: () => void; refuse: (error: Error) => void }[] = [];
  #active = 0;
  #stopped = false;

  constructor(config: FunctionConfig, host: PoolHost) {
    this.#config = config;
    this.#host = host;
  }

  /**
   * Runs the function on a JSON event. A failing function is an outcome; throws `TooManyRequestsException` when the
   * reserved concurrency is used up.
   */
  async invoke(event: string, requestId: string = randomUUID()): Promise<Outcome> {
    await this.#enter();
    try {
      const instance = this.#idle() ?? this.#start();
      instance.busy = true;
      clearTimeout(instance.reaper);
      const message = await this.#run(instance, event, requestId);
      this.#release(instance);
      if (message.kind === 'result') return { ok: true, payload: message.payload, requestId };
      const error = message.kind === 'error' ? message.error : exited('no answer');
      return { ok: false, error, requestId };
    } finally {
      this.#active -= 1;
      this.#waiting.shift()?.give();
    }
  }

  /** Kills the worker that signs with these keys; false when it is none of this function's. */
  kill(accessKeyId: string): boolean {
    for (const instance of this.#instances) {
      if (instance.credentials.accessKeyId !== accessKeyId) continue;
      this.#discard(instance, exited('signal: killed'));
      return true;
    }
    return false;
  }

  /** Bytes of the heaps of all workers now, and of what they hold beside them. */
  async memory(): Promise<number> {
    const each = [...this.#instances].map(async ({ worker, isReady }) => {
      if (!isReady) return 0;
      // One that ends meanwhile has nothing left.
      const heap = await worker.getHeapStatistics().catch(() => undefined);
      return heap === undefined ? 0 : heap.total_heap_size + heap.external_memory;
    });
    return (await Promise.all(each)).reduce((sum, bytes) => sum + bytes, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const error = new Error('the local cloud has stopped');
    for (const { refuse } of this.#waiting.splice(0)) refuse(error);
    const ends = [...this.#instances].map(async (instance) => {
      this.#discard(instance, exited('the local cloud has stopped'));
      await instance.worker.terminate();
    });
    await Promise.all(ends);
  }

  async #enter(): Promise<void> {
    if (this.#stopped) throw new Error('the local cloud has stopped');
    const reserved = this.#config.reservedConcurrency;
    if (reserved !== undefined && this.#active >= reserved) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    }
    this.#active += 1;
    if (this.#active <= this.#host.maximumWorkers) return;
    try {
      await new Promise<void>((give, refuse) => {
        this.#waiting.push({ give, refuse });
      });
    } catch (error) {
      this.#active -= 1;
      throw error;
    }
  }

  #idle(): Instance | undefined {
    for (const instance of this.#instances) if (!instance.busy) return instance;
    return undefined;
  }

  #start(): Instance {
    const credentials = this.#host.issue(this.#config);
    const { folder, handler, name, arn, memoryMb } = this.#config;
    const data: WorkerStart = { folder, handler, functionName: name, functionArn: arn, memoryMb };
    const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
      workerData: data,
      env: functionEnvironment(this.#config, credentials, this.#host.region, this.#host.endpoint),
      // Not the host's flags: a loader or inspector of the host is no part of the function.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    });
    const output = { stdout: this.#lines(), stderr: this.#lines() };
    // What Node itself says before the function's code runs; the rest comes as messages.
    for (const name of ['stdout', 'stderr'] as const)
      worker[name].setEncoding('utf8').on('data', output[name].take);
    let markReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      markReady = resolve;
    });
    const instance: Instance = {
      worker,
      credentials,
      ready,
      isReady: false,
      settle: () => undefined,
      reaper: undefined,
      busy: true,
    };
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'output') return output[message.stream].take(message.text);
      if (message.kind !== 'ready') return instance.settle(message);
      instance.isReady = true;
      markReady();
    });
    worker.on('error', (error) => this.#discard(instance, crash(error)));
    worker.on('exit', (code) => {
      for (const lines of Object.values(output)) lines.end();
      this.#discard(instance, exited(`exit status ${code}`));
    });
    this.#instances.add(instance);
    return instance;
  }

  async #run(instance: Instance, event: string, requestId: string): Promise<WorkerMessage> {
    const answer = new Promise<WorkerMessage>((resolve) => {
      instance.settle = resolve;
    });
    if (!instance.isReady) {
      const init = setTimeout(
        () => this.#discard(instance, timedOut(requestId, initTimeoutMs)),
        initTimeoutMs,
      );
      const first = await Promise.race([instance.ready, answer]);
      clearTimeout(init);
      if (first !== undefined) {
        // It failed before it was ready: the next event starts a fresh one.
        this.#discard(instance, exited('initialisation failed'));
        return first;
      }
    }
    const { timeoutMs } = this.#config;
    const invocation: WorkerInvocation = {
      requestId,
      event,
      deadlineMs: Date.now() + timeoutMs,
      traceHeader: traceHeader(),
    };
    const timer = setTimeout(() => this.#discard(instance, timedOut(requestId, timeoutMs)), timeoutMs);
    this.#host.begins(instance.credentials.accessKeyId, { requestId, event });
    instance.worker.postMessage(invocation);
    const message = await answer;
    clearTimeout(timer);
    return message;
  }

  #release(instance: Instance): void {
    if (!this.#instances.has(instance)) return;
    instance.busy = false;
    instance.settle = () => undefined;
    instance.reaper = setTimeout(() => this.#discard(instance, exited('idle')), idleMs);
    instance.reaper.unref();
  }

  #discard(instance: Instance, error: FunctionError): void {
    if (!this.#instances.delete(instance)) return;
    clearTimeout(instance.reaper);
    this.#host.revoke(instance.credentials.accessKeyId);
    void instance.worker.terminate();
    instance.settle({ kind: 'error', error });
  }

  /** Cuts what comes into lines; the last one may lack its end. */
  #lines(): { take(text: string): void; end(): void } {
    let rest = '';
    return {
      take: (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#host.log(this.#config.name, line);
      },
      end: () => {
        if (rest !== '') this.#host.log(this.#config.name, rest);
        rest = '';
      },
    };
  }
}

/** Not sampled: the X-Ray SDK in the bundle finds the header that it expects and sends nothing. */
function traceHeader(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const [root, parent] = [randomHex().slice(0, 24), randomHex().slice(0, 16)];
  return `Root=1-${seconds}-${root};Parent=${parent};Sampled=0`;
}

/** 32 digits. Node keeps random bytes at hand for UUIDs, and asks for others each time. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}

/** The words of Lambda, whose error types Step Functions' retriers match. */
function timedOut(requestId: string, ms: number): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(ms / 1000).toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage, trace: [] };
}

function exited(how: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited: ${how}`, trace: [] };
}

function crash(error: unknown): FunctionError {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const errorType = outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.UnhandledError';
  return { errorType, errorMessage: message, trace: stack.split('\n') };
}

/** What a function's worker is started with. */
export interface WorkerStart {
  /** Folder of the bundle. */
  readonly folder: string;
  /** `index.handler`: file without extension, export name. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

/** Host to worker: run the handler once. */
export interface WorkerInvocation {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  /** When the host will end the worker, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly traceHeader: string;
}

/** Worker to host. `ready` once after the import, then one answer per invocation; `output` whenever something is written. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly stream: OutputStream; readonly text: string }
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'error'; readonly error: FunctionError };

type OutputStream = 'stdout' | 'stderr';

/** A failed invocation in the shape of Lambda's error payload. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/**
 * The two ways a task can fail. The name is the retry policy: the state machine retries `TransientError` with back-off
 * and jitter and never `PermanentError`. Minifiers rename classes, so the name is set, not inherited.
 */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** Seconds that the other side asked us to wait. */
  readonly retryAfterSeconds: number | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfterSeconds?: number | undefined }) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** Seconds that the other side asked us to wait, where an error tells. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof TransientError ? error.retryAfterSeconds : undefined;
}

export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/**
 * What a log may tell of a failure: its name, its words where they are ours, and the names of its causes. The words of
 * an AWS service or of a parser may quote an address or a body, so they stay out.
 */
export function failureFacts(error: unknown): Readonly<Record<string, string>> {
  const causes = causesOf(error).map(errorName);
  return {
    error: errorName(error),
    ...(error instanceof Error && !quotesOthers(error) ? { reason: error.message } : {}),
    ...(causes.length === 0 ? {} : { cause: causes.join(' < ') }),
  };
}

function quotesOthers(error: Error): boolean {
  return error instanceof SyntaxError || '$fault' in error || '$metadata' in error;
}

/** A chain of three says enough and cannot be a circle. */
function causesOf(error: unknown, depth = 3): readonly unknown[] {
  if (depth === 0 || !(error instanceof Error) || error.cause === undefined) return [];
  return [error.cause, ...causesOf(error.cause, depth - 1)];
}

/** The name of whatever was thrown, for logs that must not carry its message. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

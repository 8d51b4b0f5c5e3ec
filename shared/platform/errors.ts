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

export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** The name of whatever was thrown, for logs that must not carry its message. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

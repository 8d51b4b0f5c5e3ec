/**
 * An error that a state reports: what Retry and Catch match on, and what the execution fails with when nothing does.
 * `error` is the Error Name, `message` the Cause.
 */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/** JSONata type error, wrong type of a result, or no result at all (spec, "JSONata Runtime Errors"). */
export function queryEvaluationError(expression: string, field: string, what: string): StateError {
  return new StateError(
    'States.QueryEvaluationError',
    `The JSONata expression '${expression}' specified for the field '${field}' ${what}`,
  );
}

/**
 * Whether a Retrier's or Catcher's ErrorEquals names this error.
 * A heartbeat that stays away answers to both `States.HeartbeatTimeout` and `States.Timeout` (spec, appendix A), so
 * `States.TaskFailed`, which covers all but timeouts, covers neither. The wildcards leave out what AWS calls terminal:
 * `States.DataLimitExceeded` must be named, and `States.Runtime` matches nothing at all.
 */
export function matches(errorEquals: readonly string[], { error }: StateError): boolean {
  if (error === 'States.Runtime') return false;
  const timeout = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.Timeout') return timeout;
    if (error === 'States.DataLimitExceeded') return false;
    return name === 'States.ALL' || (name === 'States.TaskFailed' && !timeout);
  });
}

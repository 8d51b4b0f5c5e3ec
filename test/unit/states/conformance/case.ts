import { type Behaviour, type Json, machine } from '../rig.ts';

/** What an execution must come to; fields that are left out are not looked at. */
export interface Expected {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'RUNNING';
  readonly output?: Json;
  readonly error?: string;
  /** Part of the cause. */
  readonly cause?: string;
  /** Names of the states entered, in order. */
  readonly visited?: readonly string[];
  /** Payloads of the function `work`. */
  readonly invoked?: readonly Json[];
  readonly transitions?: number;
  /** On the test's clock. */
  readonly seconds?: number;
  /** Event types of the history. */
  readonly events?: readonly string[];
}

export interface Case {
  readonly name: string;
  /** Heading of the Amazon States Language specification, or of the Step Functions developer guide (`DG:`). */
  readonly spec: string;
  readonly definition: Json;
  readonly input?: Json;
  readonly work?: readonly Behaviour[];
  readonly expected: Expected;
}

export const pass = (more: Json = {}) => ({
  Type: 'Pass',
  ...('Next' in more ? {} : { End: true }),
  ...more,
});
export const succeed = (Output?: Json) => ({ Type: 'Succeed', ...(Output !== undefined && { Output }) });
export const output = (Output: Json, input?: Json) => ({
  definition: machine({ A: pass({ Output }) }),
  input,
});
export const done = (value: Json): Expected => ({ status: 'SUCCEEDED', output: value });
export const badQuery = (cause: string): Expected => ({
  status: 'FAILED',
  error: 'States.QueryEvaluationError',
  cause,
});
export const callback = (...calls: { after: number; action: string; input?: Json }[]): Behaviour[] => [
  { calls },
];
export const success = (after: number, value: Json) => ({
  after,
  action: 'SendTaskSuccess',
  input: { output: JSON.stringify(value) },
});
export const failure = (after: number, error: string, cause = 'no') => ({
  after,
  action: 'SendTaskFailure',
  input: { error, cause },
});
export const beat = (after: number) => ({ after, action: 'SendTaskHeartbeat' });
export const caught = { Caught: succeed({ error: '{% $states.input.Error %}' }) };
export const catchAs = (...names: string[]) =>
  names.map((name) => ({
    ErrorEquals: [name],
    Next: 'Caught',
    Output: `{% $merge([$states.errorOutput, {'by': '${name}'}]) %}`,
  }));
export const byWhom = { Caught: succeed('{% $states.input.by %}') };

/** A string that begins so; names of executions are random. */
export function beginsWith(beginning: string): { asymmetricMatch(value: unknown): boolean } {
  return { asymmetricMatch: (value) => typeof value === 'string' && value.startsWith(beginning) };
}

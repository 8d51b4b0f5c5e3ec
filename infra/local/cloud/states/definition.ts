import * as z from 'zod';
import type { Json } from './json.ts';
import { compileTemplate, expressionIn, type Template, type TemplateProblem } from './template.ts';

/**
 * The Amazon States Language as far as this interpreter runs it: JSONata states of the types Pass, Task, Choice, Wait,
 * Succeed and Fail (https://states-language.net/spec.html). Strict: whatever is not here is refused at create.
 */

/** What Step Functions accepts as the longest duration. */
const LONGEST_SECONDS = 99_999_999;

const INVOKE = 'arn:aws:states:::lambda:invoke';
export const INVOKE_AND_WAIT = `${INVOKE}.waitForTaskToken`;

function compile(value: Json, context: z.RefinementCtx): Template {
  const problems: TemplateProblem[] = [];
  const compiled = compileTemplate(value, problems);
  for (const { path, message } of problems) {
    context.issues.push({ code: 'custom', message, input: value, path: [...path] });
  }
  return compiled;
}

const template = z.json().transform(compile);
const text = z.string().min(1).transform(compile);
const expression = z
  .string()
  .refine((value) => expressionIn(value) !== undefined, 'is not {% … %}')
  .transform(compile);

/** A literal, or an expression whose value is checked when it is known. */
const seconds = (least: number) =>
  z.union([z.int().min(least).max(LONGEST_SECONDS), expression], {
    error: `is a whole number of seconds from ${least} to ${LONGEST_SECONDS}, or {% … %}`,
  });

const TIMESTAMP_RULE = 'is an RFC 3339 time with seconds, T and Z or an offset';
/** RFC 3339 with capital T and Z (spec, "Timestamps"); zod alone would let the seconds be left out. */
export const timestamp = z.iso
  .datetime({ offset: true, error: TIMESTAMP_RULE })
  .regex(/T\d\d:\d\d:\d\d/, TIMESTAMP_RULE);

const variableName = z
  .string()
  .max(80)
  .regex(/^\p{ID_Start}\p{ID_Continue}*$/u, 'is no variable name: a letter, then letters, digits or _')
  .refine((name) => name !== 'states', '$states is reserved');
const assign = z.record(variableName, template);

const KNOWN_ERRORS = new Set([
  'States.ALL',
  'States.DataLimitExceeded',
  'States.HeartbeatTimeout',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.TaskFailed',
  'States.Timeout',
]);
const errorEquals = z
  .array(
    z
      .string()
      .min(1)
      .refine((name) => !name.startsWith('States.') || KNOWN_ERRORS.has(name), {
        error: ({ input }) => `${String(input)} never reaches a Retrier or Catcher of a JSONata Task`,
      }),
  )
  .min(1)
  .refine((names) => names.length === 1 || !names.includes('States.ALL'), 'States.ALL stands alone')
  .refine((names) => new Set(names).size === names.length, 'names an error twice');

const retrier = z
  .strictObject({
    ErrorEquals: errorEquals,
    IntervalSeconds: z.int().min(1).max(LONGEST_SECONDS).default(1),
    MaxAttempts: z.int().min(0).max(LONGEST_SECONDS).default(3),
    BackoffRate: z.number().min(1).default(2),
    MaxDelaySeconds: z.int().min(1).lt(31_622_400).optional(),
    JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
    Comment: z.string().optional(),
  })
  .refine(
    ({ MaxDelaySeconds: longest, IntervalSeconds: first }) => longest === undefined || longest > first,
    {
      path: ['MaxDelaySeconds'],
      error: 'is greater than IntervalSeconds',
    },
  );
const catcher = z.strictObject({
  ErrorEquals: errorEquals,
  Next: z.string(),
  Assign: assign.optional(),
  Output: template.optional(),
  Comment: z.string().optional(),
});

const anyState = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };
const goesOn = { Next: z.string().optional(), End: z.literal(true).optional() };
const passesOn = { Assign: assign.optional(), Output: template.optional() };

const oneOf = (first: string, second: string) => ({
  test: (state: object) => first in state !== second in state,
  message: { error: `needs exactly one of ${first} and ${second}` },
});
const nextOrEnd = oneOf('Next', 'End');
const secondsOrTimestamp = oneOf('Seconds', 'Timestamp');

const pass = z.strictObject({ Type: z.literal('Pass'), ...anyState, ...goesOn, ...passesOn });
const task = z.strictObject({
  Type: z.literal('Task'),
  ...anyState,
  ...goesOn,
  ...passesOn,
  Resource: z.enum([INVOKE, INVOKE_AND_WAIT], {
    error: `is ${INVOKE} or ${INVOKE_AND_WAIT}; the local cloud runs no other integration`,
  }),
  Arguments: z.strictObject({ FunctionName: text, Payload: template.optional() }),
  TimeoutSeconds: seconds(1).optional(),
  HeartbeatSeconds: seconds(1).optional(),
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
});
const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...anyState,
  ...passesOn,
  Choices: z
    .array(
      z.strictObject({
        Condition: z.union([z.boolean(), expression], { error: 'is true, false or {% … %}' }),
        Next: z.string(),
        ...passesOn,
        Comment: z.string().optional(),
      }),
    )
    .min(1),
  Default: z.string().optional(),
});
const wait = z.strictObject({
  Type: z.literal('Wait'),
  ...anyState,
  ...goesOn,
  ...passesOn,
  Seconds: seconds(0).optional(),
  Timestamp: z.union([timestamp, expression], { error: `${TIMESTAMP_RULE}, or {% … %}` }).optional(),
});
const succeed = z.strictObject({ Type: z.literal('Succeed'), ...anyState, Output: template.optional() });
const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...anyState,
  Error: text.optional(),
  Cause: text.optional(),
});

const state = z.discriminatedUnion(
  'Type',
  [
    pass.refine(nextOrEnd.test, nextOrEnd.message),
    task.refine(nextOrEnd.test, nextOrEnd.message),
    choice,
    wait
      .refine(nextOrEnd.test, nextOrEnd.message)
      .refine(secondsOrTimestamp.test, secondsOrTimestamp.message),
    succeed,
    fail,
  ],
  { error: 'the local cloud runs Pass, Task, Choice, Wait, Succeed and Fail states' },
);

/** A whole state machine; `parse-definition.ts` adds what a schema cannot see. */
export const definitionSchema = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONata', { error: 'must be JSONata: the local cloud runs no JSONPath' }),
  StartAt: z.string(),
  States: z.record(z.string().min(1).max(80), state),
  TimeoutSeconds: z.int().min(1).max(LONGEST_SECONDS).optional(),
});

export type Definition = z.output<typeof definitionSchema>;
export type State = z.output<typeof state>;
export type TaskState = Extract<State, { Type: 'Task' }>;
export type ChoiceState = Extract<State, { Type: 'Choice' }>;
export type WaitState = Extract<State, { Type: 'Wait' }>;
export type Retrier = z.output<typeof retrier>;

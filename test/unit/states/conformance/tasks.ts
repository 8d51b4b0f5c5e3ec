import { machine, task, waiting } from '../rig.ts';
import { badQuery, beat, type Case, callback, done, failure, succeed, success } from './case.ts';

const tasks: Case[] = [
  {
    name: 'invokes with the payload and answers what lambda:invoke answers',
    spec: 'DG: Invoke a Lambda function',
    definition: machine({ A: task({ Payload: { id: '{% $states.input.id %}' } }) }),
    input: { id: 7 },
    work: [{ returns: { ok: true } }],
    expected: {
      ...done({ ExecutedVersion: '$LATEST', Payload: { ok: true }, StatusCode: 200 }),
      invoked: [{ id: 7 }],
    },
  },
  {
    name: 'Output and Assign read the result',
    spec: 'Using Arguments and Output',
    definition: machine({
      A: task({
        Output: '{% $states.result.Payload.a %}',
        Assign: { b: '{% $states.result.Payload.b %}' },
        Next: 'B',
      }),
      B: succeed(['{% $states.input %}', '{% $b %}']),
    }),
    work: [{ returns: { a: 1, b: 2 } }],
    expected: done([1, 2]),
  },
  {
    name: 'no payload is an empty object, no answer is null',
    spec: 'DG: Invoke a Lambda function',
    definition: machine({ A: task({ Output: '{% $states.result.Payload %}' }) }),
    work: [{ returns: undefined }],
    expected: { ...done(null), invoked: [{}] },
  },
  {
    name: 'the thrown error’s name is the Error Name',
    spec: 'Errors',
    definition: machine({ A: task() }),
    work: [{ throws: 'PermanentError', message: 'gone' }],
    expected: {
      status: 'FAILED',
      error: 'PermanentError',
      cause: '{"errorMessage":"gone","errorType":"PermanentError"}',
      transitions: 1,
    },
  },
  {
    name: 'a missing permission is Lambda.AWSLambdaException',
    spec: 'DG: Invoke a Lambda function',
    definition: machine({ A: task() }),
    work: [{ refusedBy: 'AccessDeniedException' }],
    expected: { status: 'FAILED', error: 'Lambda.AWSLambdaException' },
  },
  {
    name: 'Lambda’s own errors have its prefix',
    spec: 'DG: Invoke a Lambda function',
    definition: machine({ A: task() }),
    work: [{ refusedBy: 'TooManyRequestsException' }],
    expected: { status: 'FAILED', error: 'Lambda.TooManyRequestsException' },
  },
  {
    name: 'fails with States.Timeout',
    spec: 'Timeouts',
    definition: machine({ A: task({ TimeoutSeconds: 9 }) }),
    work: [{ hangs: true }],
    expected: { status: 'FAILED', error: 'States.Timeout', seconds: 9 },
  },
  {
    name: 'evaluates the timeout',
    spec: 'Timeouts',
    definition: machine({ A: task({ TimeoutSeconds: '{% $states.input.s %}' }) }),
    input: { s: 4 },
    work: [{ hangs: true }],
    expected: { status: 'FAILED', error: 'States.Timeout', seconds: 4 },
  },
  {
    name: 'a timeout of no positive integer fails',
    spec: 'Timeouts',
    definition: machine({ A: task({ TimeoutSeconds: '{% $states.input.s %}' }) }),
    input: { s: 0 },
    expected: { ...badQuery('whole number from 1'), invoked: [] },
  },
  {
    name: 'a payload beyond 256 KiB is not sent',
    spec: 'DG: Limits',
    definition: machine({ A: task({ Payload: '{% $pad("", 262144, "x") %}' }) }),
    expected: { status: 'FAILED', error: 'States.DataLimitExceeded', invoked: [] },
  },
];

const callbacks: Case[] = [
  {
    name: 'the token’s output is the result',
    spec: 'DG: Wait for a callback',
    definition: machine({ A: waiting() }),
    work: callback(success(5, { a: 1 })),
    expected: { ...done({ a: 1 }), seconds: 5 },
  },
  {
    name: 'a result of null stays null',
    spec: 'DG: Wait for a callback',
    definition: machine({ A: waiting() }),
    input: { not: 'me' },
    work: callback(success(1, null)),
    expected: done(null),
  },
  {
    name: 'a worker may be faster than its invocation',
    spec: 'DG: Wait for a callback',
    definition: machine({ A: waiting() }),
    work: callback(success(0, 'fast')),
    expected: { ...done('fast'), seconds: 0 },
  },
  {
    name: 'the token’s error is the Error Name',
    spec: 'DG: Wait for a callback',
    definition: machine({ A: waiting() }),
    work: callback(failure(2, 'Declined', 'no stock')),
    expected: { status: 'FAILED', error: 'Declined', cause: 'no stock' },
  },
  {
    name: 'the first answer counts',
    spec: 'DG: Wait for a callback',
    definition: machine({ A: waiting() }),
    work: callback(success(1, 1), success(2, 2)),
    expected: done(1),
  },
  {
    name: 'an invocation that fails fails the task',
    spec: 'DG: Wait for a callback',
    definition: machine({ A: waiting() }),
    work: [{ throws: 'Broken' }],
    expected: { status: 'FAILED', error: 'Broken' },
  },
  {
    name: 'times out without an answer',
    spec: 'Timeouts',
    definition: machine({ A: waiting({ TimeoutSeconds: 60 }) }),
    work: callback(),
    expected: { status: 'FAILED', error: 'States.Timeout', seconds: 60 },
  },
  {
    name: 'heartbeats do not move the timeout',
    spec: 'Timeouts',
    definition: machine({ A: waiting({ TimeoutSeconds: 30, HeartbeatSeconds: 10 }) }),
    work: callback(beat(9), beat(18), beat(27)),
    expected: { status: 'FAILED', error: 'States.Timeout', seconds: 30 },
  },
  {
    name: 'a heartbeat that stays away',
    spec: 'Timeouts',
    definition: machine({ A: waiting({ TimeoutSeconds: 300, HeartbeatSeconds: 10 }) }),
    work: callback(beat(9)),
    expected: { status: 'FAILED', error: 'States.HeartbeatTimeout', seconds: 19 },
  },
  {
    name: 'a dynamic heartbeat must be shorter than the timeout',
    spec: 'Timeouts',
    definition: machine({ A: waiting({ TimeoutSeconds: 5, HeartbeatSeconds: '{% $states.input %}' }) }),
    input: 5,
    work: callback(),
    expected: { ...badQuery('smaller than TimeoutSeconds'), invoked: [] },
  },
  {
    name: 'each attempt has a token of its own',
    spec: 'Retrying after error',
    definition: machine({ A: waiting({ Retry: [{ ErrorEquals: ['Again'] }] }) }),
    work: [...callback(failure(1, 'Again'), success(3, 'late')), ...callback(success(5, 'second'))],
    expected: { ...done('second'), seconds: 7 },
  },
];

export const taskCases: readonly Case[] = [...tasks, ...callbacks];

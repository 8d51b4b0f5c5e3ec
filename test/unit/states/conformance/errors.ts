import { machine, task, waiting } from '../rig.ts';
import { badQuery, byWhom, type Case, callback, catchAs, caught, done, output, succeed } from './case.ts';

const retries: Case[] = [
  {
    name: 'waits 3 and 6 seconds',
    spec: 'Retrying after error',
    definition: machine({
      A: task({
        TimeoutSeconds: 1,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 }],
      }),
    }),
    work: [{ hangs: true }],
    expected: { status: 'FAILED', error: 'States.Timeout', seconds: 3 + 3 + 6, transitions: 3 },
  },
  {
    name: 'caps the wait with MaxDelaySeconds',
    spec: 'Retrying after error',
    definition: machine({
      A: task({
        Retry: [
          { ErrorEquals: ['E'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 4 },
        ],
      }),
    }),
    work: [{ throws: 'E' }],
    expected: { status: 'FAILED', error: 'E', seconds: 3 + 4 },
  },
  {
    name: 'defaults to three retries after 1, 2 and 4 seconds',
    spec: 'Retrying after error',
    definition: machine({ A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }] }) }),
    work: [{ throws: 'E' }],
    expected: { status: 'FAILED', error: 'E', seconds: 7, transitions: 4 },
  },
  {
    name: 'MaxAttempts 0 keeps an error from a later States.ALL',
    spec: 'Retrying after error',
    definition: machine({
      A: task({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }] }),
    }),
    work: [{ throws: 'E' }],
    expected: { status: 'FAILED', error: 'E', seconds: 0, transitions: 1 },
  },
  {
    name: 'each Retrier counts for itself, and the first exhausted one ends it',
    spec: 'Complex retry scenarios',
    definition: machine({
      A: task({
        Retry: [
          { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
          { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
        ],
        Catch: catchAs('States.ALL'),
      }),
      ...byWhom,
    }),
    work: [{ throws: 'ErrorA' }, { throws: 'ErrorB' }, { throws: 'ErrorC' }, { throws: 'ErrorB' }],
    expected: { ...done('States.ALL'), seconds: 1 + 2 + 5, transitions: 5 },
  },
  {
    name: 'a retry that succeeds is a success, and RetryCount says how often',
    spec: 'Retrying after error',
    definition: machine({
      A: task({
        Payload: '{% $states.context.State.RetryCount %}',
        Retry: [{ ErrorEquals: ['E'] }],
        Output: '{% $states.context.State.RetryCount %}',
      }),
    }),
    work: [{ throws: 'E' }, { throws: 'E' }, { returns: 1 }],
    expected: { ...done(2), invoked: [0, 1, 2], seconds: 3 },
  },
  {
    name: 'the counts start anew on the next visit',
    spec: 'Complex retry scenarios',
    definition: machine({
      A: task({
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['E'], Next: 'B' }],
        Next: 'C',
      }),
      B: { Type: 'Wait', Seconds: 10, Next: 'A' },
      C: succeed('c'),
    }),
    work: [{ throws: 'E' }, { throws: 'E' }, { throws: 'E' }, { returns: 1 }],
    expected: { ...done('c'), visited: ['A', 'B', 'A', 'C'], transitions: 6, seconds: 12 },
  },
  {
    name: 'States.TaskFailed covers a function’s error',
    spec: 'DG: Error names',
    definition: machine({ A: task({ Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }] }) }),
    work: [{ throws: 'E' }],
    expected: { status: 'FAILED', transitions: 2 },
  },
  {
    name: 'States.TaskFailed does not cover a timeout',
    spec: 'DG: Error names',
    definition: machine({ A: task({ TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['States.TaskFailed'] }] }) }),
    work: [{ hangs: true }],
    expected: { status: 'FAILED', error: 'States.Timeout', transitions: 1 },
  },
  {
    name: 'States.ALL does not cover States.DataLimitExceeded',
    spec: 'DG: Error names',
    definition: machine({
      A: task({
        Output: '{% $pad("", 262144, "x") %}',
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: catchAs('States.ALL'),
      }),
      ...byWhom,
    }),
    work: [{ returns: 1 }],
    expected: { status: 'FAILED', error: 'States.DataLimitExceeded', transitions: 1 },
  },
  {
    name: 'retries end with the history',
    spec: 'DG: Limits',
    definition: machine({
      A: task({
        Retry: [{ ErrorEquals: ['E'], BackoffRate: 1, MaxAttempts: 1_000_000 }],
        Catch: catchAs('States.ALL'),
      }),
      ...byWhom,
    }),
    work: [{ throws: 'E' }],
    expected: { status: 'FAILED', error: 'States.Runtime' },
  },
  {
    name: 'a failed evaluation can be retried',
    spec: 'JSONata Runtime Errors',
    definition: machine({
      A: task({
        Output: '{% $states.result.Payload.a %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'] }],
      }),
    }),
    work: [{ returns: {} }, { returns: { a: 1 } }],
    expected: { ...done(1), transitions: 2 },
  },
];

const catches: Case[] = [
  {
    name: 'the first Catcher that matches',
    spec: 'Fallback states',
    definition: machine({
      A: task({ Catch: catchAs('E2', 'E', 'States.TaskFailed', 'States.ALL') }),
      ...byWhom,
    }),
    work: [{ throws: 'E' }],
    expected: done('E'),
  },
  {
    name: 'a wildcard before a name takes it',
    spec: 'Fallback states',
    definition: machine({ A: task({ Catch: catchAs('States.TaskFailed', 'E') }), ...byWhom }),
    work: [{ throws: 'E' }],
    expected: done('States.TaskFailed'),
  },
  {
    name: 'names are case-sensitive',
    spec: 'Error representation',
    definition: machine({ A: task({ Catch: catchAs('e', 'States.ALL') }), ...byWhom }),
    work: [{ throws: 'E' }],
    expected: done('States.ALL'),
  },
  {
    name: 'no Catcher matches',
    spec: 'Fallback states',
    definition: machine({ A: task({ Catch: catchAs('Other') }), ...byWhom }),
    work: [{ throws: 'E' }],
    expected: { status: 'FAILED', error: 'E' },
  },
  {
    name: 'retries come first',
    spec: 'Fallback states',
    definition: machine({
      A: task({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }], Catch: catchAs('E') }),
      ...byWhom,
    }),
    work: [{ throws: 'E' }],
    expected: { ...done('E'), seconds: 1, transitions: 3 },
  },
  {
    name: 'without Output the Error Output goes on',
    spec: 'Error output',
    definition: machine({ A: task({ Catch: [{ ErrorEquals: ['E'], Next: 'Caught' }] }), Caught: succeed() }),
    work: [{ throws: 'E', message: 'm' }],
    expected: done({ Error: 'E', Cause: '{"errorMessage":"m","errorType":"E"}' }),
  },
  {
    name: 'a Catcher’s Assign replaces the state’s',
    spec: 'Error output',
    definition: machine({
      A: task({
        Assign: { ok: true },
        Catch: [
          {
            ErrorEquals: ['E'],
            Assign: { why: '{% $states.errorOutput.Error %}' },
            Output: '{% $states.input %}',
            Next: 'B',
          },
        ],
        Next: 'B',
      }),
      B: succeed(['{% $states.input %}', '{% $why %}', '{% $exists($ok) %}']),
    }),
    input: 'in',
    work: [{ throws: 'E' }],
    expected: done(['in', 'E', false]),
  },
  {
    name: 'a timeout by name',
    spec: 'Fallback states',
    definition: machine({
      A: task({
        TimeoutSeconds: 2,
        Catch: catchAs('States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'),
      }),
      ...byWhom,
    }),
    work: [{ hangs: true }],
    expected: done('States.Timeout'),
  },
  {
    name: 'a missing heartbeat by its name',
    spec: 'Appendix A',
    definition: machine({
      A: waiting({
        TimeoutSeconds: 20,
        HeartbeatSeconds: 2,
        Catch: catchAs('States.HeartbeatTimeout', 'States.Timeout'),
      }),
      ...byWhom,
    }),
    work: callback(),
    expected: done('States.HeartbeatTimeout'),
  },
  {
    name: 'a missing heartbeat is a timeout too',
    spec: 'Appendix A',
    definition: machine({
      A: waiting({
        TimeoutSeconds: 20,
        HeartbeatSeconds: 2,
        Catch: catchAs('States.TaskFailed', 'States.Timeout'),
      }),
      ...byWhom,
    }),
    work: callback(),
    expected: done('States.Timeout'),
  },
  {
    name: 'a failed evaluation of Arguments',
    spec: 'JSONata Runtime Errors',
    definition: machine({
      A: task({ Payload: '{% $states.input.missing %}', Catch: catchAs('States.QueryEvaluationError') }),
      ...byWhom,
    }),
    expected: { ...done('States.QueryEvaluationError'), invoked: [] },
  },
  {
    name: 'a data limit by name',
    spec: 'DG: Error names',
    definition: machine({
      A: task({ Output: '{% $pad("", 262144, "x") %}', Catch: catchAs('States.DataLimitExceeded') }),
      ...byWhom,
    }),
    work: [{ returns: 1 }],
    expected: done('States.DataLimitExceeded'),
  },
  {
    name: 'what a Catcher’s own Output fails with is not caught',
    spec: 'JSONata Catchers',
    definition: machine({
      A: task({
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.nothing %}', Next: 'Caught' }],
      }),
      ...caught,
    }),
    work: [{ throws: 'E' }],
    expected: badQuery('returned nothing'),
  },
  {
    name: 'a Pass state’s failure has no Catcher',
    spec: 'Errors',
    ...output('{% $states.input.a %}'),
    expected: { ...badQuery("executing the state 'A' (entered at the event id #2)"), visited: ['A'] },
  },
];

export const errorCases: readonly Case[] = [...retries, ...catches];

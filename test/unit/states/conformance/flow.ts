import { machine, task, waiting } from '../rig.ts';
import { badQuery, byWhom, type Case, callback, catchAs, done, pass, succeed, success } from './case.ts';

const structure: Case[] = [
  {
    name: 'starts at StartAt and follows Next to an End state',
    spec: 'Transitions',
    definition: machine({ B: pass(), A: pass({ Next: 'B' }) }, { StartAt: 'A' }),
    expected: { status: 'SUCCEEDED', visited: ['A', 'B'], transitions: 2 },
  },
  {
    name: 'hands the input through',
    spec: 'Data',
    definition: machine({ A: pass() }),
    input: { a: [1, null] },
    expected: done({ a: [1, null] }),
  },
  {
    name: 'any JSON text is data',
    spec: 'Data',
    definition: machine({ A: pass() }),
    input: 'text',
    expected: done('text'),
  },
  {
    name: 'the output of a state is the input of the next',
    spec: 'Data',
    definition: machine({
      A: pass({ Output: { n: 1 }, Next: 'B' }),
      B: pass({ Output: '{% $states.input.n + 1 %}' }),
    }),
    expected: done(2),
  },
  {
    name: 'fails with States.Timeout when the machine takes too long',
    spec: 'Top-level fields',
    definition: machine({ A: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 30 }),
    expected: { status: 'TIMED_OUT', error: 'States.Timeout', seconds: 30 },
  },
  {
    name: 'the machine also times out during a task',
    spec: 'Top-level fields',
    definition: machine({ A: task({ Catch: catchAs('States.ALL') }), ...byWhom }, { TimeoutSeconds: 5 }),
    work: [{ hangs: true }],
    expected: { status: 'TIMED_OUT', visited: ['A'], seconds: 5 },
  },
  {
    name: 'a machine that ends in time is not timed out',
    spec: 'Top-level fields',
    definition: machine({ A: { Type: 'Wait', Seconds: 29, End: true } }, { TimeoutSeconds: 30 }),
    expected: { status: 'SUCCEEDED', seconds: 29 },
  },
  {
    name: 'writes the history of a task',
    spec: 'DG: Execution history',
    definition: machine({ A: task() }),
    work: [{ returns: 1 }],
    expected: {
      status: 'SUCCEEDED',
      events: [
        'ExecutionStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSucceeded',
        'TaskStateExited',
        'ExecutionSucceeded',
      ],
    },
  },
  {
    name: 'writes the history of a callback',
    spec: 'DG: Execution history',
    definition: machine({ A: waiting() }),
    work: callback(success(1, 1)),
    expected: {
      status: 'SUCCEEDED',
      events: [
        'ExecutionStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSubmitted',
        'TaskSucceeded',
        'TaskStateExited',
        'ExecutionSucceeded',
      ],
    },
  },
  {
    name: 'writes the history of a failure',
    spec: 'DG: Execution history',
    definition: machine({ A: { Type: 'Fail', Error: 'E' } }),
    expected: {
      status: 'FAILED',
      error: 'E',
      events: ['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed'],
    },
  },
];

const choices: Case[] = [
  {
    name: 'takes the first rule that is true',
    spec: 'JSONata Choice Rules',
    definition: machine({
      A: {
        Type: 'Choice',
        Choices: [
          { Condition: false, Next: 'B' },
          { Condition: '{% $states.input.n > 1 %}', Next: 'C' },
          { Condition: true, Next: 'B' },
        ],
      },
      B: succeed('b'),
      C: succeed('c'),
    }),
    input: { n: 2 },
    expected: done('c'),
  },
  {
    name: 'a rule has its own Assign and Output',
    spec: 'Choice State',
    definition: machine({
      A: {
        Type: 'Choice',
        Choices: [{ Condition: true, Assign: { by: 'rule' }, Output: { from: 'rule' }, Next: 'B' }],
        Default: 'B',
        Assign: { by: 'state', only: 'state' },
        Output: { from: 'state' },
      },
      B: succeed(['{% $states.input.from %}', '{% $by %}', '{% $exists($only) %}']),
    }),
    expected: done(['rule', 'rule', false]),
  },
  {
    name: 'the Default has those of the state',
    spec: 'Choice State',
    definition: machine({
      A: {
        Type: 'Choice',
        Choices: [{ Condition: false, Assign: { by: 'rule' }, Output: 'rule', Next: 'B' }],
        Default: 'B',
        Assign: { by: 'state' },
        Output: 'state',
      },
      B: succeed(['{% $states.input %}', '{% $by %}']),
    }),
    expected: done(['state', 'state']),
  },
  {
    name: 'a rule without Output hands the input through, whatever the state has',
    spec: 'JSONata Choice Rules',
    definition: machine({
      A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'B', Output: 'state' },
      B: succeed(),
    }),
    input: 'mine',
    expected: done('mine'),
  },
  {
    name: 'no rule and no Default is States.NoChoiceMatched',
    spec: 'Choice State',
    definition: machine({ A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }] }, B: succeed() }),
    expected: { status: 'FAILED', error: 'States.NoChoiceMatched', visited: ['A'] },
  },
  {
    name: 'a condition must be a boolean',
    spec: 'JSONata Choice Rules',
    definition: machine({
      A: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'B' }] },
      B: succeed(),
    }),
    expected: badQuery('must be a boolean'),
  },
];

const waits: Case[] = [
  {
    name: 'waits for seconds',
    spec: 'Wait State',
    definition: machine({ A: { Type: 'Wait', Seconds: 10, End: true } }),
    expected: { status: 'SUCCEEDED', seconds: 10 },
  },
  {
    name: 'waits for none',
    spec: 'Wait State',
    definition: machine({ A: { Type: 'Wait', Seconds: 0, End: true } }),
    expected: { status: 'SUCCEEDED', seconds: 0 },
  },
  {
    name: 'waits for seconds of an expression',
    spec: 'JSONata Wait State',
    definition: machine({ A: { Type: 'Wait', Seconds: '{% $states.input.s %}', Output: 'over', End: true } }),
    input: { s: 7 },
    expected: { ...done('over'), seconds: 7 },
  },
  {
    name: 'waits until a time',
    spec: 'Wait State',
    definition: machine({
      A: { Type: 'Wait', Timestamp: '2026-03-02T10:00:00+01:00', Next: 'B' },
      B: { Type: 'Wait', Timestamp: '2026-03-02T09:01:00Z', End: true },
    }),
    expected: { status: 'SUCCEEDED', seconds: 60 },
  },
  {
    name: 'waits for months',
    spec: 'Wait State',
    definition: machine({ A: { Type: 'Wait', Timestamp: '{% $states.input %}', End: true } }),
    input: '2026-06-02T09:00:00Z',
    expected: { status: 'SUCCEEDED', seconds: 92 * 86_400 },
  },
  {
    name: 'does not wait for the past',
    spec: 'Wait State',
    definition: machine({ A: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true } }),
    expected: { status: 'SUCCEEDED', seconds: 0 },
  },
  {
    name: 'half a second is no duration',
    spec: 'JSONata Wait State',
    definition: machine({ A: { Type: 'Wait', Seconds: '{% 0.5 %}', End: true } }),
    expected: badQuery('whole number'),
  },
  {
    name: 'a time without zone is no timestamp',
    spec: 'Timestamps',
    definition: machine({ A: { Type: 'Wait', Timestamp: "{% '2026-03-02T10:00:00' %}", End: true } }),
    expected: badQuery('Timestamp'),
  },
];

const ends: Case[] = [
  {
    name: 'Succeed makes its output',
    spec: 'Succeed State',
    definition: machine({ A: succeed('{% $states.input.n %}') }),
    input: { n: 3 },
    expected: done(3),
  },
  {
    name: 'Fail names error and cause',
    spec: 'Fail State',
    definition: machine({ A: { Type: 'Fail', Error: 'ErrorA', Cause: 'Kaiju attack' } }),
    expected: { status: 'FAILED', error: 'ErrorA', cause: 'Kaiju attack' },
  },
  {
    name: 'Fail evaluates both',
    spec: 'JSONata Fail State',
    definition: machine({
      A: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: "{% 'because ' & $states.input.e %}" },
    }),
    input: { e: 'E1' },
    expected: { status: 'FAILED', error: 'E1', cause: 'because E1' },
  },
  {
    name: 'an error that is no string fails otherwise',
    spec: 'JSONata Fail State',
    definition: machine({ A: { Type: 'Fail', Error: '{% 1 %}' } }),
    expected: badQuery('must be a string'),
  },
  {
    name: 'an endless loop ends with the history',
    spec: 'DG: Limits',
    definition: machine({ A: pass({ Next: 'B' }), B: pass({ Next: 'A' }) }),
    expected: { status: 'FAILED', error: 'States.Runtime', cause: '25000' },
  },
];

export const flowCases: readonly Case[] = [...structure, ...choices, ...waits, ...ends];

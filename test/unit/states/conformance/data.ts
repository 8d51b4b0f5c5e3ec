import { machine } from '../rig.ts';
import { badQuery, beginsWith, type Case, done, output, pass, succeed } from './case.ts';

const variables: Case[] = [
  {
    name: 'Assign sees the old values, the next state the new ones',
    spec: 'Assigning State Machine Variables',
    definition: machine({
      A: pass({ Assign: { x: 5 }, Next: 'B' }),
      B: pass({ Assign: { x: 42, newOrOld: '{% $x %}' }, Next: 'C' }),
      C: succeed({ x: '{% $x %}', newOrOld: '{% $newOrOld %}' }),
    }),
    expected: done({ x: 42, newOrOld: 5 }),
  },
  {
    name: 'Output sees the old values too',
    spec: 'State Machine Variables',
    definition: machine({
      A: pass({ Assign: { x: 1 }, Next: 'B' }),
      B: pass({ Assign: { x: 2 }, Output: '{% $x %}' }),
    }),
    expected: done(1),
  },
  {
    name: 'a variable outlives the states between',
    spec: 'State Machine Variables',
    definition: machine({
      A: pass({ Assign: { x: { deep: [1, 2] } }, Next: 'B' }),
      B: pass({ Next: 'C' }),
      C: succeed('{% $x.deep[1] %}'),
    }),
    expected: done(2),
  },
  {
    name: 'a variable assigned within an expression stays there',
    spec: 'Expressions',
    definition: machine({
      A: pass({ Assign: { x: 1 }, Next: 'B' }),
      B: pass({ Output: '{% ($x := 9; $x) %}', Next: 'C' }),
      C: succeed(['{% $states.input %}', '{% $x %}']),
    }),
    expected: done([9, 1]),
  },
  {
    name: 'a variable that another path assigns has no value here',
    spec: 'Variable Scope',
    definition: machine({
      A: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.set %}', Assign: { x: 1 }, Next: 'B' }],
        Default: 'B',
      },
      B: succeed('{% $exists($x) %}'),
    }),
    input: { set: false },
    expected: done(false),
  },
  {
    name: 'a function defined in one expression may recur',
    spec: 'Expressions',
    ...output('{% ($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5)) %}'),
    expected: done(120),
  },
  {
    name: 'an Assign beyond 256 KiB is States.DataLimitExceeded',
    spec: 'DG: Limits',
    definition: machine({ A: pass({ Assign: { x: '{% $pad("", 262144, "x") %}' } }) }),
    expected: { status: 'FAILED', error: 'States.DataLimitExceeded' },
  },
];

const jsonata: Case[] = [
  {
    name: 'evaluates at any depth and leaves other strings',
    spec: 'JSONata Evaluation',
    ...output({ a: [{ b: '{% $states.input.n * 2 %}' }, 'x {', 1] }, { n: 4 }),
    expected: done({ a: [{ b: 8 }, 'x {', 1] }),
  },
  {
    name: 'one expression makes a whole value',
    spec: 'JSONata Evaluation',
    ...output("{% {'avg': $average($states.input.g), 'num': $count($states.input.g)} %}", {
      g: [34, 99, 76, 96],
    }),
    expected: done({ avg: 76.25, num: 4 }),
  },
  {
    name: 'an undefined result fails',
    spec: 'JSONata Runtime Errors',
    ...output({ a: '{% $states.input.missing %}' }),
    expected: badQuery('returned nothing (undefined)'),
  },
  {
    name: 'an undefined member within an expression is left out',
    spec: 'JSONata Runtime Errors',
    ...output("{% {'a': $states.input.missing, 'b': 1} %}"),
    expected: done({ b: 1 }),
  },
  {
    name: 'a type error fails',
    spec: 'JSONata Runtime Errors',
    ...output('{% $states.input.a + 1 %}', { a: 'x' }),
    expected: badQuery('T2001'),
  },
  {
    name: 'a function is no result',
    spec: 'JSONata Runtime Errors',
    ...output('{% $sum %}'),
    expected: badQuery('function'),
  },
  {
    name: '$error of the workflow fails',
    spec: 'JSONata Runtime Errors',
    ...output("{% $error('stop') %}"),
    expected: badQuery('stop'),
  },
  {
    name: 'null is a value',
    spec: 'JSONata Evaluation',
    ...output({ a: '{% null %}' }),
    expected: done({ a: null }),
  },
  {
    name: '$ and names refer to the value within a predicate',
    spec: 'JSONata Restrictions',
    ...output('{% $states.input.o[$.total > 10 and open].id %}', {
      o: [
        { id: 1, total: 5, open: true },
        { id: 2, total: 20, open: true },
      ],
    }),
    expected: done(2),
  },
  {
    name: '$partition cuts, the rest is the last chunk',
    spec: 'DG: JSONata functions',
    ...output('{% $partition([1, 2, 3, 4, 5], 2) %}'),
    expected: done([[1, 2], [3, 4], [5]]),
  },
  {
    name: '$range includes its end',
    spec: 'DG: JSONata functions',
    ...output('{% $range(0, 10, 5) %}'),
    expected: done([0, 5, 10]),
  },
  {
    name: '$range goes down',
    spec: 'DG: JSONata functions',
    ...output('{% $range(3, 1, -1) %}'),
    expected: done([3, 2, 1]),
  },
  {
    name: '$range has at most 1000 elements',
    spec: 'DG: JSONata functions',
    ...output('{% $range(1, 1001, 1) %}'),
    expected: badQuery('1000'),
  },
  {
    name: '$hash in hexadecimal',
    spec: 'DG: JSONata functions',
    ...output("{% $hash('abc', 'SHA-256') %}"),
    expected: done('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
  },
  {
    name: '$hash knows five algorithms',
    spec: 'DG: JSONata functions',
    ...output("{% $hash('abc', 'CRC') %}"),
    expected: badQuery('SHA-512'),
  },
  {
    name: '$uuid is version 4',
    spec: 'DG: JSONata functions',
    ...output(
      '{% $contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) %}',
    ),
    expected: done(true),
  },
  {
    name: '$parse reads JSON',
    spec: 'DG: JSONata functions',
    ...output('{% $parse(\'{"a":[1]}\').a[0] %}'),
    expected: done(1),
  },
  {
    name: '$parse of no JSON fails',
    spec: 'DG: JSONata functions',
    ...output("{% $parse('{') %}"),
    expected: badQuery('JSON'),
  },
  {
    name: '$random repeats for a seed',
    spec: 'DG: JSONata functions',
    ...output('{% [$random(3) = $random(3), $random(3) = $random(4), $random(3) < 1] %}'),
    expected: done([true, false, true]),
  },
  {
    name: '$now and $millis go by the clock',
    spec: 'DG: JSONata functions',
    ...output("{% [$now(), $millis(), $now('[Y]')] %}"),
    expected: done(['2026-03-02T09:00:00.000Z', 1772442000000, '2026']),
  },
  {
    name: 'the context object',
    spec: 'The Context Object',
    ...output(
      {
        e: '{% $states.context.Execution %}',
        s: '{% $states.context.State %}',
        m: '{% $states.context.StateMachine %}',
      },
      { n: 1 },
    ),
    expected: done({
      e: {
        Id: beginsWith('arn:aws:states:eu-west-1:000000000000:execution:machine:'),
        Input: { n: 1 },
        Name: beginsWith(''),
        RoleArn: 'arn:aws:iam::000000000000:role/workflow',
        StartTime: '2026-03-02T09:00:00.000Z',
        RedriveCount: 0,
      },
      s: { Name: 'A', EnteredTime: '2026-03-02T09:00:00.000Z', RetryCount: 0 },
      m: { Id: 'arn:aws:states:eu-west-1:000000000000:stateMachine:machine', Name: 'machine' },
    }),
  },
  {
    name: 'an output beyond 256 KiB is States.DataLimitExceeded',
    spec: 'DG: Limits',
    ...output('{% $pad("", 262143, "x") %}'),
    expected: { status: 'FAILED', error: 'States.DataLimitExceeded' },
  },
  {
    name: 'an output of 256 KiB is not',
    spec: 'DG: Limits',
    ...output('{% $pad("", 262142, "x") %}'),
    expected: done('x'.repeat(262_142)),
  },
];

export const dataCases: readonly Case[] = [...variables, ...jsonata];

import { describe, expect, it } from 'vitest';
import { refused } from './refusals.ts';
import { type Json, machine, Rig } from './rig.ts';

const pass = (more: Json = {}) => ({ Type: 'Pass', ...('Next' in more ? {} : { End: true }), ...more });
const of = (state: Json, others: Json = {}) => machine({ A: state, ...others });
const out = (Output: Json) => of(pass({ Output }));

describe('definitions that are refused', () => {
  it.each(refused)('%s', (_, definition, path, says) => {
    const create = () => new Rig().create(definition);
    expect(create).toThrow(expect.objectContaining({ name: 'UnsupportedTemplate' }));
    expect(create).toThrow(
      `service/Machine.Properties.DefinitionString${path.startsWith('$') ? ` ${path}` : ''}`,
    );
    expect(create).toThrow(says);
  });

  it('names every problem at once', () => {
    const two = machine({ A: pass({ Output: '{% $x %}', Next: 'B' }), B: pass({ Output: '{% $y %}' }) });
    expect(() => new Rig().create(two)).toThrow(
      /\$x is no function.*\$\.States\.B\.Output: \$y is no function/,
    );
  });
});

describe('expressions that are accepted', () => {
  it.each([
    ['variables of a block', '{% ($x := 1; $y := $x + 1; $y) %}'],
    [
      'functions that use each other',
      '{% ($a := function($n) { $n = 0 ? 0 : $b($n) }; $b := function($n) { $a($n - 1) }; $a(3)) %}',
    ],
    ['fields within a step', '{% $states.input.{ "id": id } %}'],
    ['fields within a sort and a group', '{% $states.input.items^(<price){ name: price } %}'],
    ['variables that a step introduces', '{% $states.input.items@$i#$n.{ "at": $n, "id": $i.id } %}'],
    ['fields within a transform', '{% $states.input ~> |items|{ "seen": id }| %}'],
    [
      'partial application and chains',
      '{% ($first := $substring(?, 0, 3); $states.input.a ~> $first ~> $uppercase) %}',
    ],
    ['a condition that tests what it answers', '{% $exists($states.input.a) ? $states.input.a : 1 %}'],
    ['wildcards below a variable', '{% $sum($states.input.*) %}'],
    ['a quoted part of $states', '{% $states.`input` %}'],
  ])('%s', (_, expression) => {
    expect(new Rig().create(out(expression)).ref).toContain(':stateMachine:machine');
  });

  it('a variable that every loop back has assigned', () => {
    const loop = machine({
      A: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $exists($n) and $n > 2 %}', Next: 'C' }],
        Default: 'B',
      },
      B: pass({ Assign: { n: '{% $exists($n) ? $n + 1 : 1 %}' }, Next: 'A' }),
      C: pass(),
    });
    expect(new Rig().create(loop).ref).toContain(':stateMachine:machine');
  });
});

/** CloudFormation's, not JavaScript's. */
const placeholder = (name: string) => `\${${name}}`;

describe('properties of a state machine', () => {
  const good = machine({ A: pass() });

  it('answers ARN and name', () => {
    const arn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:machine';
    expect(new Rig().create(good)).toEqual({ ref: arn, attributes: { Arn: arn, Name: 'machine' } });
  });

  it('generates the same name on every start', () => {
    const name = () => new Rig().create(good, { StateMachineName: undefined }).attributes.Name;
    expect(name()).toMatch(/^Machine-[0-9a-f]{12}$/);
    expect(name()).toBe(name());
  });

  it('fills in DefinitionSubstitutions', async () => {
    const rig = new Rig();
    const { ref } = rig.create(machine({ A: pass({ Output: placeholder('Word') }) }), {
      DefinitionSubstitutions: { Word: 'yes' },
    });
    expect((await rig.describe(await rig.start(ref))).output).toBe('"yes"');
  });

  it('takes logging, tracing and tags as they are', () => {
    const inert = {
      LoggingConfiguration: { Level: 'ALL' },
      TracingConfiguration: { Enabled: true },
      Tags: [],
    };
    expect(new Rig().create(good, { ...inert, StateMachineType: 'STANDARD' }).attributes.Name).toBe(
      'machine',
    );
  });

  it.each([
    ['EXPRESS', { StateMachineType: 'EXPRESS' }, 'STANDARD'],
    ['a definition in S3', { DefinitionS3Location: {} }, 'DefinitionS3Location'],
    ['encryption', { EncryptionConfiguration: {} }, 'EncryptionConfiguration'],
    ['no role', { RoleArn: undefined }, 'RoleArn'],
    [
      'a substitution that is missing',
      { DefinitionString: `{"a":"${placeholder('B')}"}`, DefinitionSubstitutions: { A: 'x' } },
      placeholder('B'),
    ],
  ])('refuses %s', (_, properties, says) => {
    expect(() => new Rig().create(good, properties)).toThrow(says);
  });

  it('refuses a name twice', () => {
    const rig = new Rig();
    rig.create(good);
    expect(() => rig.create(good)).toThrow('taken');
  });

  it('does not start when the role does not trust the service', async () => {
    const rig = new Rig();
    rig.create(good);
    await expect(rig.states.start?.()).resolves.toBeUndefined();
    rig.untrusted = true;
    await expect(rig.states.start?.()).rejects.toThrow('does not trust');
  });
});

import { describe, expect, it } from 'vitest';
import { type Json, machine, Rig, ROLE, settle, task, waiting } from './rig.ts';

const waitForever = { Type: 'Wait', Seconds: 1_000_000, End: true };

async function rigWith(states: Json = { A: waitForever }, more: Json = {}) {
  const rig = new Rig();
  const { ref } = rig.create(machine(states, more));
  return { rig, ref };
}

describe('StartExecution', () => {
  it('answers before the first state runs, with ARN and time', async () => {
    const { rig, ref } = await rigWith({ A: task() });
    const answer = await rig.call('StartExecution', { stateMachineArn: ref, name: 'one', input: '{}' });
    expect(rig.invoked).toEqual([]);
    expect(answer).toEqual({
      executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:machine:one',
      startDate: rig.clock.now() / 1000,
    });
    await settle();
    expect(rig.invoked).toHaveLength(1);
  });

  it('answers the running execution of the same name and input', async () => {
    const { rig, ref } = await rigWith();
    const first = await rig.call('StartExecution', { stateMachineArn: ref, name: 'one', input: '{"a":1}' });
    await rig.clock.advance(5);
    const second = await rig.call('StartExecution', { stateMachineArn: ref, name: 'one', input: '{"a":1}' });
    expect(second).toEqual(first);
    expect(rig.emitted).toHaveLength(1);
    expect((await rig.call('ListExecutions', { stateMachineArn: ref })).executions).toHaveLength(1);
  });

  it('refuses the name with another input, or once it has ended, for 90 days', async () => {
    const { rig, ref } = await rigWith();
    const start = (input: string) =>
      rig.codeOf('StartExecution', { stateMachineArn: ref, name: 'one', input });
    expect(await start('1')).toBe('');
    expect(await start('2')).toBe('ExecutionAlreadyExists');
    await rig.call('StopExecution', { executionArn: `${ref.replace('stateMachine', 'execution')}:one` });
    expect(await start('1')).toBe('ExecutionAlreadyExists');
    await rig.clock.advance(90 * 86_400 - 1);
    expect(await start('1')).toBe('ExecutionAlreadyExists');
    await rig.clock.advance(1);
    expect(await start('1')).toBe('');
    expect((await rig.call('ListExecutions', { stateMachineArn: ref })).executions).toHaveLength(1);
  });

  it('takes names with other letters, up to 80', async () => {
    const { rig, ref } = await rigWith();
    for (const name of ['a', 'conn_1-attempt.2', 'é', '(x)', 'x'.repeat(80)]) {
      expect(await rig.codeOf('StartExecution', { stateMachineArn: ref, name })).toBe('');
    }
  });

  it.each([
    ['a blank in the name', { name: 'a b' }, 'InvalidName'],
    ['a colon in the name', { name: 'a:b' }, 'InvalidName'],
    ['a hash in the name', { name: 'a#b' }, 'InvalidName'],
    ['a name of 81', { name: 'x'.repeat(81) }, 'InvalidName'],
    ['no name at all', { name: '' }, 'InvalidName'],
    ['input that is no JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['input beyond 256 KiB', { input: JSON.stringify('x'.repeat(262_143)) }, 'InvalidExecutionInput'],
    [
      'a machine that is missing',
      { stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:no' },
      'StateMachineDoesNotExist',
    ],
    ['no ARN', { stateMachineArn: 'machine' }, 'InvalidArn'],
    ['an unknown parameter', { extra: 1 }, 'ValidationException'],
  ])('refuses %s', async (_, input, code) => {
    const { rig, ref } = await rigWith();
    expect(await rig.codeOf('StartExecution', { stateMachineArn: ref, ...input })).toBe(code);
  });

  it('without input starts with {}', async () => {
    const { rig, ref } = await rigWith({ A: { Type: 'Succeed' } });
    const { executionArn } = await rig.call('StartExecution', { stateMachineArn: ref });
    await settle();
    expect(await rig.describe(executionArn)).toMatchObject({ input: '{}', output: '{}' });
  });
});

describe('describing executions', () => {
  it('tells all of a success', async () => {
    const { rig, ref } = await rigWith({ A: { Type: 'Wait', Seconds: 3, Output: [1], End: true } });
    const startDate = rig.clock.now() / 1000;
    const arn = await rig.start(ref, { a: 1 }, 'one');
    await rig.clock.advance(3);
    expect(await rig.describe(arn)).toEqual({
      executionArn: arn,
      stateMachineArn: ref,
      name: 'one',
      status: 'SUCCEEDED',
      startDate,
      stopDate: startDate + 3,
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '[1]',
      outputDetails: { included: true },
      redriveCount: 0,
    });
  });

  it('lists the newest first, by status and page', async () => {
    const { rig, ref } = await rigWith();
    for (const name of ['a', 'b', 'c', 'd']) await rig.start(ref, {}, name);
    await rig.call('StopExecution', { executionArn: `${ref.replace('stateMachine', 'execution')}:c` });
    const list = async (more: Json) => {
      const { executions, nextToken } = await rig.call('ListExecutions', { stateMachineArn: ref, ...more });
      return { names: executions.map(({ name }: Json) => name), nextToken };
    };
    expect((await list({})).names).toEqual(['d', 'c', 'b', 'a']);
    expect((await list({ statusFilter: 'RUNNING' })).names).toEqual(['d', 'b', 'a']);
    const first = await list({ maxResults: 2 });
    await rig.start(ref, {}, 'e');
    expect(first.names).toEqual(['d', 'c']);
    expect(await list({ maxResults: 2, nextToken: first.nextToken })).toEqual({ names: ['b', 'a'] });
  });

  it('numbers the history, forwards and backwards', async () => {
    const { rig, ref } = await rigWith({ A: { Type: 'Pass', Assign: { x: 1 }, Output: 2, End: true } });
    const arn = await rig.start(ref, 1);
    const timestamp = rig.clock.now() / 1000;
    const forwards = await rig.history(arn);
    expect(forwards).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp,
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: '1', roleArn: ROLE },
      },
      {
        id: 2,
        previousEventId: 1,
        timestamp,
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'A', input: '1' },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp,
        type: 'PassStateExited',
        stateExitedEventDetails: { name: 'A', output: '2', assignedVariables: '{"x":1}' },
      },
      {
        id: 4,
        previousEventId: 3,
        timestamp,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '2' },
      },
    ]);
    const backwards = await rig.call('GetExecutionHistory', {
      executionArn: arn,
      reverseOrder: true,
      maxResults: 3,
    });
    expect(backwards.events.map(({ id }: Json) => id)).toEqual([4, 3, 2]);
    const rest = await rig.call('GetExecutionHistory', {
      executionArn: arn,
      reverseOrder: true,
      nextToken: backwards.nextToken,
    });
    expect(rest.events.map(({ id }: Json) => id)).toEqual([1]);
  });

  it.each(['DescribeExecution', 'StopExecution', 'GetExecutionHistory'])('%s of none', async (action) => {
    const { rig, ref } = await rigWith();
    const executionArn = `${ref.replace('stateMachine', 'execution')}:none`;
    expect(await rig.codeOf(action, { executionArn })).toBe('ExecutionDoesNotExist');
  });

  it('describes and lists state machines', async () => {
    const { rig, ref } = await rigWith();
    const described = await rig.call('DescribeStateMachine', { stateMachineArn: ref });
    expect(described).toMatchObject({
      stateMachineArn: ref,
      name: 'machine',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: ROLE,
    });
    expect(JSON.parse(described.definition)).toEqual(machine({ A: waitForever }));
    expect((await rig.call('ListStateMachines')).stateMachines).toMatchObject([
      { stateMachineArn: ref, name: 'machine' },
    ]);
  });

  it('refuses what it does not run', async () => {
    const { rig } = await rigWith();
    expect(await rig.codeOf('StartSyncExecution', {})).toBe('UnknownOperationException');
    expect(await rig.codeOf('toString', {})).toBe('UnknownOperationException');
  });
});

describe('status changes', () => {
  const endings: readonly (readonly [string, Json, Json])[] = [
    ['SUCCEEDED', { A: { Type: 'Succeed', Output: 1 } }, { output: '1', error: null }],
    ['FAILED', { A: { Type: 'Fail', Error: 'E', Cause: 'c' } }, { output: null, error: 'E', cause: 'c' }],
  ];
  it.each(endings)('are events: %s', async (status, states, more) => {
    const { rig, ref } = await rigWith(states);
    const arn = await rig.start(ref, {}, 'one');
    const common = {
      executionArn: arn,
      stateMachineArn: ref,
      name: 'one',
      input: '{}',
      startDate: rig.clock.now(),
    };
    expect(rig.emitted).toMatchObject([
      {
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        resources: [arn],
        detail: { ...common, status: 'RUNNING', stopDate: null },
      },
      {
        source: 'aws.states',
        resources: [arn],
        detail: { ...common, ...more, status, stopDate: rig.clock.now() },
      },
    ]);
  });

  it('are events: ABORTED and TIMED_OUT, each once', async () => {
    const { rig, ref } = await rigWith({ A: waitForever }, { TimeoutSeconds: 10 });
    const stopped = await rig.start(ref, {}, 'stopped');
    const answer = await rig.call('StopExecution', { executionArn: stopped, error: 'E', cause: 'c' });
    await rig.clock.advance(1);
    expect(await rig.call('StopExecution', { executionArn: stopped })).toEqual(answer);
    await rig.start(ref, {}, 'late');
    await rig.clock.advance(10);
    expect(rig.emitted.map(({ detail }) => [detail.name, detail.status, detail.error])).toEqual([
      ['stopped', 'RUNNING', null],
      ['stopped', 'ABORTED', 'E'],
      ['late', 'RUNNING', null],
      ['late', 'TIMED_OUT', 'States.Timeout'],
    ]);
  });
});

describe('permissions', () => {
  it('asks for the resource of each action', async () => {
    const { rig, ref } = await rigWith({ A: waiting() });
    rig.functions.set('work', [{ calls: [] }]);
    const arn = await rig.start(ref);
    const { token } = rig.invoked[0]!.payload;
    const asked = (action: string, input: Json) => rig.states.permissions(rig.apiCall(action, input));
    const all = 'arn:aws:states:eu-west-1:000000000000:stateMachine:*';
    expect(asked('StartExecution', { stateMachineArn: ref })).toEqual([
      { action: 'states:StartExecution', resource: ref },
    ]);
    expect(asked('StopExecution', { executionArn: arn })).toEqual([
      { action: 'states:StopExecution', resource: arn },
    ]);
    expect(asked('SendTaskSuccess', { taskToken: token })).toEqual([
      { action: 'states:SendTaskSuccess', resource: ref },
    ]);
    expect(asked('SendTaskHeartbeat', { taskToken: 'x' })).toEqual([
      { action: 'states:SendTaskHeartbeat', resource: all },
    ]);
    expect(asked('ListStateMachines', {})).toEqual([{ action: 'states:ListStateMachines', resource: '*' }]);
    await rig.call('SendTaskSuccess', { taskToken: token, output: '1' });
    expect(asked('SendTaskSuccess', { taskToken: token })).toEqual([
      { action: 'states:SendTaskSuccess', resource: ref },
    ]);
  });

  it('invokes as the machine’s role', async () => {
    const { rig, ref } = await rigWith({ A: task() });
    await rig.start(ref);
    expect(rig.invoked[0]?.by).toEqual({
      arn: 'arn:aws:sts::000000000000:role/workflow/states.amazonaws.com',
      kind: 'role',
    });
  });
});

describe('many executions', { timeout: 60_000 }, () => {
  it('park behind one timer of the clock, and end on time', async () => {
    const { rig, ref } = await rigWith({ A: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } });
    const arns: string[] = [];
    for (let count = 0; count < 2000; count += 1) {
      const name = String(count);
      const input = String(1 + ((count * 7919) % 500));
      arns.push((await rig.call('StartExecution', { stateMachineArn: ref, name, input })).executionArn);
    }
    await settle();
    expect(rig.states.timers()).toBe(2000);
    expect(rig.clock.pending).toBe(1);
    await rig.clock.advance(500);
    expect(rig.states.timers()).toBe(0);
    for (const arn of arns) {
      const { input, startDate, stopDate } = await rig.describe(arn);
      expect(stopDate - startDate).toBe(Number(input));
    }
    expect(rig.states.transitions()).toBe(2000);
  });

  it('leave nothing behind when the cloud stops', async () => {
    const { rig, ref } = await rigWith({ A: waitForever }, { TimeoutSeconds: 50 });
    const arn = await rig.start(ref);
    await rig.states.stop();
    await settle();
    expect([rig.states.timers(), rig.clock.pending]).toEqual([0, 0]);
    expect((await rig.describe(arn)).status).toBe('RUNNING');
    expect(rig.emitted).toHaveLength(1);
  });
});

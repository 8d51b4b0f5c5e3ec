import { describe, expect, it } from 'vitest';
import { type Json, machine, Rig, settle, waiting } from './rig.ts';

/** An execution that waits for its token, with what its function was given. */
async function parked(more: Json = {}, others: Json = {}) {
  const rig = new Rig();
  rig.functions.set('work', [{ calls: [] }]);
  const { ref } = rig.create(machine({ A: waiting(more), ...others }));
  const arn = await rig.start(ref);
  const tokens = () => rig.invoked.map(({ payload }) => payload.token);
  const taskToken: string = tokens()[0];
  return {
    rig,
    arn,
    ref,
    taskToken,
    tokens,
    succeed: (token = taskToken) => rig.codeOf('SendTaskSuccess', { taskToken: token, output: '"done"' }),
    fail: () => rig.codeOf('SendTaskFailure', { taskToken, error: 'E', cause: 'c' }),
    beat: () => rig.codeOf('SendTaskHeartbeat', { taskToken }),
    status: async () => {
      await settle();
      return (await rig.describe(arn)).status;
    },
  };
}

describe('a task token', () => {
  it('is opaque, and another one each time', async () => {
    const rig = new Rig();
    rig.functions.set('work', [{ calls: [] }]);
    const { ref } = rig.create(machine({ A: waiting() }));
    for (let count = 0; count < 50; count += 1) await rig.start(ref);
    const tokens = rig.invoked.map(({ payload }) => payload.token);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{195}$/);
  });

  it('ends the wait before the timeout', async () => {
    const { rig, succeed, status } = await parked({ TimeoutSeconds: 60 });
    await rig.clock.advance(59);
    expect(await succeed()).toBe('');
    expect(await status()).toBe('SUCCEEDED');
    await rig.clock.advance(60);
    expect(await status()).toBe('SUCCEEDED');
    expect(rig.states.timers()).toBe(0);
  });

  it('is too late after the timeout', async () => {
    const { rig, succeed, fail, beat, status } = await parked({ TimeoutSeconds: 60 });
    await rig.clock.advance(60);
    expect([await succeed(), await fail(), await beat()]).toEqual([
      'TaskTimedOut',
      'TaskTimedOut',
      'TaskTimedOut',
    ]);
    expect(await status()).toBe('FAILED');
  });

  it('works once', async () => {
    const { succeed, fail, beat, status } = await parked();
    expect([await succeed(), await succeed(), await fail(), await beat()]).toEqual([
      '',
      'TaskTimedOut',
      'TaskTimedOut',
      'TaskTimedOut',
    ]);
    expect(await status()).toBe('SUCCEEDED');
  });

  it('works once when both answers come in the same moment', async () => {
    const { succeed, fail, status } = await parked();
    const answers = await Promise.all([fail(), succeed()]);
    expect(answers).toEqual(['', 'TaskTimedOut']);
    expect(await status()).toBe('FAILED');
  });

  it('of an earlier attempt does not answer the later one', async () => {
    const { rig, succeed, tokens, status } = await parked({
      TimeoutSeconds: 10,
      Retry: [{ ErrorEquals: ['States.Timeout'] }],
    });
    await rig.clock.advance(11);
    expect(tokens()).toHaveLength(2);
    expect(await succeed(tokens()[0])).toBe('TaskTimedOut');
    expect(await status()).toBe('RUNNING');
    expect(await succeed(tokens()[1])).toBe('');
    expect(await status()).toBe('SUCCEEDED');
  });

  it('ends with its execution', async () => {
    const { rig, arn, succeed, status } = await parked({ TimeoutSeconds: 10 });
    await rig.call('StopExecution', { executionArn: arn });
    expect(await succeed()).toBe('TaskTimedOut');
    expect(await status()).toBe('ABORTED');
    expect(rig.states.timers()).toBe(0);
  });

  it('is kept waiting by heartbeats', async () => {
    const { rig, beat, succeed, status } = await parked({ TimeoutSeconds: 100, HeartbeatSeconds: 10 });
    for (let count = 0; count < 5; count += 1) {
      await rig.clock.advance(9);
      expect(await beat()).toBe('');
    }
    expect(await status()).toBe('RUNNING');
    expect(await succeed()).toBe('');
    expect(await status()).toBe('SUCCEEDED');
  });

  it('that nobody issued', async () => {
    const { taskToken, succeed } = await parked();
    expect(await succeed('guess')).toBe('InvalidToken');
    expect(await succeed(`${taskToken.slice(0, -4)}AAAA`)).toBe('TaskDoesNotExist');
  });

  it('wants JSON within the limit, and may be tried again', async () => {
    const { rig, taskToken, succeed } = await parked();
    const send = (output: string) => rig.codeOf('SendTaskSuccess', { taskToken, output });
    expect(await send('{')).toBe('InvalidOutput');
    expect(await send(JSON.stringify('x'.repeat(262_144)))).toBe('InvalidOutput');
    expect(await rig.codeOf('SendTaskFailure', { taskToken })).toBe('ValidationException');
    expect(await succeed()).toBe('');
  });

  it('does not come to an invocation that failed late', async () => {
    const { rig, succeed, status } = await parked({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }] });
    rig.functions.set('work', [{ throws: 'E' }]);
    expect(await succeed()).toBe('');
    expect(await status()).toBe('SUCCEEDED');
    expect(rig.invoked).toHaveLength(1);
  });
});

import { expect, it } from 'vitest';
import { TransactionTokens } from '../../../infra/local/cloud/dynamodb-tokens.ts';
import { ManualClock } from './manual-clock.ts';

const TransactItems = [{ Put: { TableName: 'table', Item: { pk: { S: 'a' } } } }];

function start() {
  const clock = new ManualClock();
  const tokens = new TransactionTokens(clock.now);
  const executed: Record<string, unknown>[] = [];
  const failures: Error[] = [];
  const run = (ClientRequestToken?: string, more = {}) =>
    tokens.run(
      { TransactItems, ...(ClientRequestToken && { ClientRequestToken }), ...more },
      async (input) => {
        executed.push(input);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return { ConsumedCapacity: [{ CapacityUnits: 2 }] };
      },
    );
  return { clock, executed, failures, run };
}

it('carries a repeated transaction out once, also while the first one runs', async () => {
  const { executed, run } = start();
  const both = [run('a'), run('a')];
  expect(await Promise.all(both)).toEqual([{ ConsumedCapacity: [{ CapacityUnits: 2 }] }, {}]);
  expect(await run('a')).toEqual({});
  expect(executed).toEqual([{ TransactItems }]);
});

it('takes another token, or none, for another transaction', async () => {
  const { executed, run } = start();
  await Promise.all([run('a'), run('b'), run(), run()]);
  expect(executed).toHaveLength(4);
});

it('refuses a token with other parameters', async () => {
  const { run } = start();
  await run('a');
  expect(() => run('a', { TransactItems: [] })).toThrow(
    expect.objectContaining({ code: 'IdempotentParameterMismatchException' }),
  );
  expect(await run('a', { ReturnConsumedCapacity: 'TOTAL' })).toEqual({});
});

it('tries one again that failed', async () => {
  const { executed, failures, run } = start();
  failures.push(new Error('cancelled'));
  await expect(run('a')).rejects.toThrow('cancelled');
  await run('a');
  expect(executed).toHaveLength(2);
});

it('forgets a token after ten minutes', async () => {
  const { clock, executed, run } = start();
  await run('a');
  await clock.advance(10 * 60_000 - 1);
  await run('a');
  expect(executed).toHaveLength(1);
  await clock.advance(1);
  await run('a');
  expect(executed).toHaveLength(2);
});

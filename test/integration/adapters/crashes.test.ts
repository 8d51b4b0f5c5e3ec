import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionRepository } from '../../../shared/adapters/dynamodb/connections.ts';
import { readHistory } from '../../../shared/adapters/dynamodb/history-items.ts';
import { createStock } from '../../../shared/adapters/dynamodb/stock.ts';
import { openTable, type Table } from '../../../shared/adapters/dynamodb/table.ts';
import { requestConnection } from '../../../shared/domain/connection/onboarding.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import { type Database, startDatabase } from '../dynoxide.ts';

/** What is left when a writer dies, or loses the answer, around one of his transactions. */
describe('the table after a crash', () => {
  let database: Database | undefined;
  let table: Table;
  /** Number of transactions until one fails, and on which side of the table. */
  let crash: { in: number; side: 'before' | 'after' } | undefined;

  beforeAll(async () => {
    database = await startDatabase();
    database.client.middlewareStack.add(
      (next) => async (args) => {
        if (crash !== undefined) crash.in -= 1;
        const now = crash?.in === 0 ? crash.side : undefined;
        if (now === 'before') throw new Error('crash');
        const answer = await next(args);
        if (now === 'after') throw new Error('crash');
        return answer;
      },
      { step: 'initialize', name: 'crash' },
    );
  });
  afterAll(() => database?.stop());

  beforeEach(async () => {
    if (database === undefined) throw new Error('The database did not start.');
    table = openTable(await database.createTable(), database.client);
    crash = undefined;
  });

  /** Counts every call, reads too: so each call of the operation is the last one in turn. */
  const crashes = Array.from({ length: 8 }, (_, index) => index + 1).flatMap((call) => [
    { call, side: 'before' } as const,
    { call, side: 'after' } as const,
  ]);

  it.each(crashes)(
    '$side call $call of adding many codes loses none and tells of all',
    async ({ call, side }) => {
      const codes = Array.from({ length: 60 }, (_, index) => ({
        code: `CODE-${index}`,
        expiresAt: later(600),
      }));
      const cause = aCause({ deliveryKey: 'operator:1' });
      crash = { in: call, side };
      await createStock(table)
        .add(codes, cause)
        .catch((error: unknown) => expect(error).toMatchObject({ message: 'crash' }));
      crash = undefined;
      expect(await createStock(table).add(codes, cause)).toEqual(Array(60).fill('added'));
      expect((await createStock(table).count(someTime)).available).toBe(60);
      const history = await readHistory(table, 'stock', 'stock', 0);
      expect(history.map(({ detail }) => detail.count)).toEqual([60]);
    },
  );

  it.each(['before', 'after'] as const)('%s a save: a repetition succeeds, and writes once', async (side) => {
    const connections = createConnectionRepository(table);
    const change = requestConnection(
      { connectionId: 'con_1', environmentId: 'voorbeeld', companyId: 'cmp_1' },
      aCause(),
    );
    crash = { in: 1, side };
    await expect(connections.save(change)).rejects.toThrow('crash');
    crash = undefined;
    await connections.save(change);
    expect(await connections.history('con_1', 0)).toHaveLength(2);
  });

  it('refuses a write whose entries are another writer’s, with the reasons item by item', async () => {
    const connections = createConnectionRepository(table);
    const of = { connectionId: 'con_1', environmentId: 'voorbeeld', companyId: 'cmp_1' };
    await connections.save(requestConnection(of, aCause()));
    const other = requestConnection(of, aCause({ by: 'operator:other' }));
    const refused = await connections.save(other).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'Refusal', reason: 'concurrent-change' });
    const { cause } = refused as Error;
    expect(cause).toBeInstanceOf(TransactionCanceledException);
    expect((cause as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code)).toEqual([
      'ConditionalCheckFailed',
      // The pointer of the environment is the same whoever writes it.
      'None',
      'ConditionalCheckFailed',
      'ConditionalCheckFailed',
    ]);
  });
});

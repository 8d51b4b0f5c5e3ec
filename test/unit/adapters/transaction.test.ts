import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionRepository } from '../../../shared/adapters/dynamodb/connections.ts';
import { createMailRepository } from '../../../shared/adapters/dynamodb/sendings.ts';
import { openTable, queryPrefix, readItems } from '../../../shared/adapters/dynamodb/table.ts';
import { put, transact } from '../../../shared/adapters/dynamodb/transaction.ts';
import { writeDigestOf } from '../../../shared/adapters/dynamodb/transaction-rules.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import { activate } from '../../../shared/domain/connection/onboarding.ts';
import { aConnection, aTestedConnection } from '../../builders/connection.ts';
import { aCause, someTime } from '../../builders/history.ts';

const table = openTable('onboarding', new DynamoDBClient({ region: 'eu-west-1' }));
const documents = mockClient(DynamoDBDocumentClient);
const repository = createConnectionRepository(table);

beforeEach(() => {
  documents.reset();
});
afterEach(() => {
  documents.reset();
});

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const sdkError = (name: string, fields: object = {}) => Object.assign(new Error(name), { name, ...fields });

/** Items: 0 connection, 1 entry, 2 claim, 3 company number. */
const activation = activate(aTestedConnection(), '12345678', aCause());

describe('a cancelled transaction', () => {
  it.each([
    [['ConditionalCheckFailed', 'None', 'None', 'None'], 'concurrent-change'],
    [['None', 'ConditionalCheckFailed', 'None', 'None'], 'concurrent-change'],
    [['None', 'None', 'ConditionalCheckFailed', 'None'], 'tenant-claimed'],
    [['None', 'None', 'None', 'ConditionalCheckFailed'], 'identity-not-sole'],
    [['None', 'None', 'TransactionConflict', 'None'], 'concurrent-change'],
    [['None', 'None', 'TransactionConflict', 'ConditionalCheckFailed'], 'concurrent-change'],
    [['None', 'ThrottlingError', 'ConditionalCheckFailed', 'None'], 'tenant-claimed'],
  ])('with reasons %j is refused: %s', async (codes, reason) => {
    documents.on(TransactWriteCommand).rejects(cancelled(...codes));
    documents.on(GetCommand).resolves({});
    await expect(repository.save(activation)).rejects.toMatchObject({ name: 'Refusal', reason });
  });

  it('names a seen delivery before a concurrent change', async () => {
    const change = reportFact(
      aConnection(),
      { type: 'CodeRequested', source: 'ticket' },
      aCause({ deliveryKey: 'ticket:1' }),
    );
    const codes = ['ConditionalCheckFailed', 'ConditionalCheckFailed', 'ConditionalCheckFailed'];
    documents.on(TransactWriteCommand).rejects(cancelled(...codes));
    documents.on(GetCommand).resolves({});
    await expect(repository.save(change)).rejects.toMatchObject({ reason: 'delivery-seen' });
  });

  it.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])('by %s is transient', async (code) => {
    documents.on(TransactWriteCommand).rejects(cancelled('None', code, 'None', 'None'));
    documents.on(GetCommand).resolves({});
    await expect(repository.save(activation)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('for a reason that no repetition mends is permanent, names the item and quotes nothing of it', async () => {
    documents.on(TransactWriteCommand).rejects(cancelled('ValidationError', 'None', 'None', 'None'));
    documents.on(GetCommand).resolves({});
    await expect(repository.save(activation)).rejects.toMatchObject({
      name: 'PermanentError',
      message: 'The table refuses a transaction: CONNECTION: ValidationError.',
    });
  });

  it('is a success when the first entry shows that this very write happened', async () => {
    documents.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'));
    documents.on(GetCommand).resolves({ Item: { write: writeDigestOf(activation, undefined) } });
    await expect(repository.save(activation)).resolves.toBeUndefined();
    documents.on(GetCommand).resolves({ Item: { write: 'of somebody else' } });
    await expect(repository.save(activation)).rejects.toMatchObject({ reason: 'concurrent-change' });
  });
});

describe('the table', () => {
  it.each([
    sdkError('ThrottlingException', { $fault: 'client' }),
    sdkError('ProvisionedThroughputExceededException', { $fault: 'client' }),
    sdkError('TransactionInProgressException', { $fault: 'client' }),
    sdkError('InternalServerError', { $fault: 'server' }),
    sdkError('TimeoutError'),
    sdkError('Error', { code: 'ECONNRESET' }),
  ])('that answers $name is asked again later', async (error) => {
    documents.on(GetCommand).rejects(error);
    await expect(repository.find('con_1')).rejects.toMatchObject({ name: 'TransientError', cause: error });
  });

  it('that refuses for good is not asked again', async () => {
    documents.on(GetCommand).rejects(sdkError('AccessDeniedException', { $fault: 'client' }));
    await expect(repository.find('con_1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('holds nothing that does not fit, and says where', async () => {
    documents.on(GetCommand).resolves({ Item: { ...aConnection(), state: 'lost', version: '2' } });
    await expect(repository.find('con_1')).rejects.toMatchObject({
      name: 'PermanentError',
      message: 'A stored connection does not fit: state invalid_value, version invalid_type.',
    });
  });

  it('is asked for page after page', async () => {
    documents
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ n: 1 }], LastEvaluatedKey: { pk: 'a', sk: '1' } })
      .resolvesOnce({ Items: [], LastEvaluatedKey: { pk: 'a', sk: '2' } })
      .resolvesOnce({ Items: [{ n: 2 }] });
    expect(await queryPrefix(table, 'a', '')).toEqual([{ n: 1 }, { n: 2 }]);
    const starts = documents.commandCalls(QueryCommand).map(({ args }) => args[0].input.ExclusiveStartKey);
    expect(starts).toEqual([undefined, { pk: 'a', sk: '1' }, { pk: 'a', sk: '2' }]);
  });

  it('is asked again for what a batch left out, 100 keys at a time and each key once', async () => {
    const keys = Array.from({ length: 130 }, (_, index) => ({ pk: 'a', sk: String(index) }));
    documents
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { onboarding: [{ n: 1 }] },
        UnprocessedKeys: { onboarding: { Keys: keys.slice(0, 2) } },
      })
      .resolves({ Responses: { onboarding: [{ n: 2 }] } });
    expect(await readItems(table, [...keys, ...keys])).toEqual([{ n: 1 }, { n: 2 }, { n: 2 }]);
    const sizes = documents
      .commandCalls(BatchGetCommand)
      .map(({ args }) => args[0].input.RequestItems?.onboarding?.Keys?.length);
    expect(sizes).toEqual([100, 2, 30]);
  });

  it('refuses a transaction of more than 100 items with what to do', async () => {
    const writes = Array.from({ length: 101 }, (_, index) => put({ pk: 'a', sk: String(index) }, {}));
    await expect(transact(table, writes)).rejects.toThrow(/101 items .* smaller parts/);
    expect(documents.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });

  it('refuses one item written twice with different content', async () => {
    const key = { pk: 'a', sk: 'b' };
    await expect(transact(table, [put(key, { n: 1 }), put(key, { n: 2 })])).rejects.toThrow(/twice/);
  });
});

describe('a mail that was reserved by a call whose answer was lost', () => {
  it('is still ours', async () => {
    const failed = sdkError('ConditionalCheckFailedException', { $fault: 'client' });
    const { ConditionalCheckFailedException } = await import('@aws-sdk/client-dynamodb');
    Object.setPrototypeOf(failed, ConditionalCheckFailedException.prototype);
    let holder: unknown;
    documents.onAnyCommand().callsFake((input: { Item?: { holder: string } }) => {
      if (input.Item === undefined) return { Item: { status: 'reserved', at: someTime, holder } };
      holder = input.Item.holder;
      throw failed;
    });
    expect(await createMailRepository(table).reserve('mail-1', someTime, someTime)).toEqual({
      status: 'mine',
    });
  });
});

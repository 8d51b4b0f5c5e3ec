import { Logger } from '@aws-lambda-powertools/logger';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { publishHistory } from '../../../functions/publish-history/publish-history.ts';
import { parseHistoryItem } from '../../../shared/adapters/dynamodb/history-items.ts';
import { streamHandler } from '../../../shared/platform/middleware/stream-handler.ts';
import { someTenantId } from '../../builders/connection.ts';
import { anEntry } from '../../builders/history.ts';

function publisher(refused: readonly number[] = []) {
  const published: { type: string; detail: Record<string, unknown> }[] = [];
  const lines: string[] = [];
  const story: string[] = [];
  return {
    published,
    lines,
    story,
    bus: {
      publish: async (events: readonly { type: string; detail: Record<string, unknown> }[]) => {
        published.push(...events);
        return refused.map((index) => ({ index, code: 'ThrottlingException' }));
      },
    },
    parseEntry: parseHistoryItem,
    log: {
      info: (message: string, detail: object) => void story.push(`${message} ${JSON.stringify(detail)}`),
      error: (message: string, detail: object) => void lines.push(`${message} ${JSON.stringify(detail)}`),
    },
  };
}

const records = [1, 2, 3].map((sequence) => ({
  position: `position-${sequence}`,
  item: anEntry({
    sequence,
    type: 'TenantIdReported',
    detail: { connectionId: 'con_1', state: 'code-issued', source: 'ticket' },
    tenantId: someTenantId,
  }),
}));

describe('publish-history', () => {
  it('publishes entries in their order, each with its id and without what stays in the table', async () => {
    const its = publisher();
    expect(await publishHistory(its, records)).toBeUndefined();
    expect(its.published.map(({ detail }) => detail.eventId)).toEqual(records.map(({ item }) => item.id));
    expect(its.published[0]).toMatchObject({ type: 'TenantIdReported', detail: { state: 'code-issued' } });
    expect(JSON.stringify(its.published)).not.toContain(someTenantId);
  });

  it('has everything come again from the first that the bus did not take', async () => {
    const its = publisher([2, 1]);
    expect(await publishHistory(its, records)).toBe('position-2');
    expect(its.lines).toHaveLength(2);
    expect(its.story).toEqual([`PUBLISHED {"events":"${records[0]?.item.id} TenantIdReported"}`]);
  });

  it('publishes what is before an entry that cannot be read, and stops there', async () => {
    const its = publisher();
    const [first, , third] = records;
    const spoiled = [first!, { position: 'position-2', item: { code: 'secret' } }, third!];
    expect(await publishHistory(its, spoiled)).toBe('position-2');
    expect(its.published).toHaveLength(1);
    expect(its.lines.join()).not.toContain('secret');
  });

  it('is told the records of the stream by the handler, and tells it where to go on', async () => {
    const seen: unknown[] = [];
    const handler = streamHandler({
      logger: new Logger({ logLevel: 'SILENT' }),
      run: async (given) => {
        seen.push(...given);
        return given[1]?.position;
      },
    });
    const Records = records.map(
      ({ position, item }) =>
        ({ dynamodb: { SequenceNumber: position, NewImage: marshall(item) } }) as DynamoDBRecord,
    );
    const context = { functionName: 'publish-history', awsRequestId: 'request-1' } as Context;
    expect(await handler({ Records }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'position-2' }],
    });
    expect(seen).toEqual(records);
  });
});

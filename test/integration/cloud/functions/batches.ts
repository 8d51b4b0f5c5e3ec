import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

interface StreamRecord {
  eventName: string;
  dynamodb: { SequenceNumber: string; Keys: { pk: { S: string }; sk: { S: string } } };
}
interface QueueRecord {
  messageId: string;
  body: string;
}

/**
 * Tells the `SEEN` queue which records came together, fails as their names say: `poison…` fails its whole batch,
 * `failing…` is reported as one failed item.
 */
export async function handler(event: { Records: (StreamRecord | QueueRecord)[] }): Promise<unknown> {
  const batch = event.Records.map((record) =>
    'dynamodb' in record
      ? {
          id: record.dynamodb.SequenceNumber,
          name: record.dynamodb.Keys.pk.S,
          sort: record.dynamodb.Keys.sk.S,
        }
      : { id: record.messageId, name: record.body },
  );
  await sqs.send(
    new SendMessageCommand({ QueueUrl: process.env.SEEN, MessageBody: JSON.stringify({ batch, event }) }),
  );
  if (batch.some(({ name }) => name.startsWith('poison'))) throw new Error('a poisoned batch');
  const failures = batch.filter(({ name }) => name.startsWith('failing'));
  return { batchItemFailures: failures.map(({ id }) => ({ itemIdentifier: id })) };
}

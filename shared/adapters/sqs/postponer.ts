import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Postponer } from '../../platform/middleware/queue-handler.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call, nameOf } from '../aws/failures.ts';

/** SQS keeps a message invisible for 12 hours at most, counted from its receipt; a function runs 15 minutes at most. */
const longestSeconds = 12 * 3600 - 15 * 60;

/** The message is visible again already, which is what putting it off is for. */
const overNames: ReadonlySet<string> = new Set(['MessageNotInflight', 'ReceiptHandleIsInvalid']);

export function createPostponer(queueUrl: string, client = new SQSClient(clientSettings)): Postponer {
  return {
    postpone: async (receiptHandle, seconds) => {
      const command = new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.min(longestSeconds, Math.max(0, Math.ceil(seconds))),
      });
      try {
        await call('The queue', () => client.send(command));
      } catch (error) {
        if (!overNames.has(nameOf(error))) throw error;
      }
    },
  };
}

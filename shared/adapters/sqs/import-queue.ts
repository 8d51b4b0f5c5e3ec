import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type ImportMessage, importMessage } from '../../contracts/queues/import.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs } from '../parsing.ts';

export interface ImportQueue {
  send(message: ImportMessage): Promise<void>;
}

export function createImportQueue(queueUrl: string, client = new SQSClient(clientSettings)): ImportQueue {
  return {
    send: async (message) => {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(parseAs(importMessage, message, 'A message of the import')),
      });
      await call('The queue of the import', () => client.send(command));
    },
  };
}

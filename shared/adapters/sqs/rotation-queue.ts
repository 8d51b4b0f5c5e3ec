import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type RotationMessage, rotationMessage } from '../../contracts/queues/rotation.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs } from '../parsing.ts';

export interface RotationQueue {
  send(message: RotationMessage): Promise<void>;
}

export function createRotationQueue(queueUrl: string, client = new SQSClient(clientSettings)): RotationQueue {
  return {
    send: async (message) => {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(parseAs(rotationMessage, message, 'A message of the rotation')),
      });
      await call('The queue of the rotation', () => client.send(command));
    },
  };
}

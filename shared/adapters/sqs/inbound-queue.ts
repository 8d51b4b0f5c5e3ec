import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type InboundMessage, inboundMessage } from '../../contracts/queues/inbound.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs } from '../parsing.ts';

export interface InboundQueue {
  /** Throws `TransientError` while the queue does not answer: the sender of the webhook is asked to repeat. */
  send(message: InboundMessage): Promise<void>;
}

export function createInboundQueue(queueUrl: string, client = new SQSClient(clientSettings)): InboundQueue {
  return {
    send: async (message) => {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(parseAs(inboundMessage, message, 'An inbound message')),
      });
      await call('The inbound queue', () => client.send(command));
    },
  };
}

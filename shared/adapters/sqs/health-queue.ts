import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type HealthMessage, healthMessage } from '../../contracts/queues/health.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs } from '../parsing.ts';

export interface HealthQueue {
  /** Delivered after `delaySeconds`, as far as SQS goes: 15 minutes. */
  send(message: HealthMessage, delaySeconds?: number): Promise<void>;
}

const longestDelaySeconds = 900;

export function createHealthQueue(queueUrl: string, client = new SQSClient(clientSettings)): HealthQueue {
  return {
    send: async (message, delaySeconds = 0) => {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(parseAs(healthMessage, message, 'A health message')),
        DelaySeconds: Math.min(longestDelaySeconds, Math.max(0, Math.floor(delaySeconds))),
      });
      await call('The health queue', () => client.send(command));
    },
  };
}

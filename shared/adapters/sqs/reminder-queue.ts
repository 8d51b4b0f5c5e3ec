import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type ReminderMessage, reminderMessage } from '../../contracts/queues/reminders.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs } from '../parsing.ts';

export interface ReminderQueue {
  /** Delivered after whole `delaySeconds`, as far as SQS goes: 15 minutes. */
  send(message: ReminderMessage, delaySeconds?: number): Promise<void>;
}

const longestDelaySeconds = 900;

export function createReminderQueue(queueUrl: string, client = new SQSClient(clientSettings)): ReminderQueue {
  return {
    send: async (message, delaySeconds = 0) => {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(parseAs(reminderMessage, message, 'A message of the reminders')),
        DelaySeconds: Math.min(longestDelaySeconds, Math.max(0, Math.floor(delaySeconds))),
      });
      await call('The queue of the reminders', () => client.send(command));
    },
  };
}

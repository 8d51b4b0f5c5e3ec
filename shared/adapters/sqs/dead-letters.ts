import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { clientSettings } from '../aws/client-settings.ts';
import { call, nameOf } from '../aws/failures.ts';

export interface DeadLetters {
  /** Moves every dead letter back to the queue it came from. A queue has one such task at a time. */
  redrive(deadLetterQueueArn: string): Promise<'started' | 'already-running'>;
}

export function createDeadLetters(client = new SQSClient(clientSettings)): DeadLetters {
  return {
    redrive: async (deadLetterQueueArn) => {
      const command = new StartMessageMoveTaskCommand({ SourceArn: deadLetterQueueArn });
      try {
        await call('SQS', () => client.send(command));
        return 'started';
      } catch (error) {
        if (nameOf(error) === 'UnsupportedOperation') return 'already-running';
        throw error;
      }
    },
  };
}

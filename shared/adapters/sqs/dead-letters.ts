import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { clientSettings } from '../aws/client-settings.ts';
import { call, nameOf } from '../aws/failures.ts';

/** ARNs of a queue's dead letters and of the queue itself. */
interface Redrive {
  readonly deadLetters: string;
  readonly queue: string;
}

export interface DeadLetters {
  /** Moves every dead letter back to the queue. A queue has one such task at a time. */
  redrive(redrive: Redrive): Promise<'started' | 'already-running'>;
}

export function createDeadLetters(client = new SQSClient(clientSettings)): DeadLetters {
  return {
    redrive: async ({ deadLetters, queue }) => {
      // Without a destination SQS asks each message where it came from, and gives up at the first that EventBridge put there.
      const command = new StartMessageMoveTaskCommand({ SourceArn: deadLetters, DestinationArn: queue });
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

import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Executions } from '../../domain/connection/executions.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call, nameOf } from '../aws/failures.ts';

/** Answers to a token whose wait is over, by whatever end: nobody is left to be woken. */
const goneNames: ReadonlySet<string> = new Set(['InvalidToken', 'TaskDoesNotExist', 'TaskTimedOut']);

/** Starts and wakes executions of the `onboarding` state machine. */
export function createExecutions(
  stateMachineArn: string,
  client = new SFNClient(clientSettings),
): Executions {
  return {
    ...createWaker(client),
    start: async (connectionId, attempt) => {
      const command = new StartExecutionCommand({
        stateMachineArn,
        // One name per connection and attempt, kept for 90 days: a repeated start is no second execution.
        name: `${connectionId}-${attempt}`,
        input: JSON.stringify({ connectionId, attempt }),
      });
      try {
        await call('Step Functions', () => client.send(command));
      } catch (error) {
        if (nameOf(error) !== 'ExecutionAlreadyExists') throw error;
      }
    },
  };
}

/** For `wait-for-fact`, which may wake and not start. */
export function createWaker(client = new SFNClient(clientSettings)): Pick<Executions, 'wake'> {
  return {
    wake: async (taskToken) => {
      const command = new SendTaskSuccessCommand({ taskToken, output: '{}' });
      try {
        await call('Step Functions', () => client.send(command));
        return 'woken';
      } catch (error) {
        if (goneNames.has(nameOf(error))) return 'gone';
        throw error;
      }
    },
  };
}

import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createWaitingRoom } from '../../shared/adapters/dynamodb/waiting-room.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { createExecutions } from '../../shared/adapters/step-functions/executions.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { driveMessage, driveOnboarding } from './drive-onboarding.ts';
import { env } from './env.ts';

const { TABLE_NAME, STATE_MACHINE_ARN, WORKFLOW_QUEUE_URL } = env();
const table = openTable(TABLE_NAME);
const driver = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  waitingRoom: createWaitingRoom(table),
  executions: createExecutions(STATE_MACHINE_ARN),
  clock: systemClock,
};

export const handler = queueHandler({
  logger: createLogger('drive-onboarding'),
  message: driveMessage,
  postponer: createPostponer(WORKFLOW_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (message) => driveOnboarding(driver, message),
});

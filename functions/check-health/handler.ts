import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createHealthSchedule, createHealthTally } from '../../shared/adapters/dynamodb/health-schedule.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../shared/adapters/dynamodb/tenants.ts';
import { createTenantReader } from '../../shared/adapters/lambda/tenant-reader.ts';
import { createHealthQueue } from '../../shared/adapters/sqs/health-queue.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { healthMessage } from '../../shared/contracts/queues/health.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { runHealthMessage } from './run-health-message.ts';

const { TABLE_NAME, HEALTH_QUEUE_URL, HEALTH_POLICY, TEST_ACCESS_FUNCTION_NAME } = env();
const logger = createLogger('check-health');
const table = openTable(TABLE_NAME);
const checker = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  tenants: createTenantRepository(table),
  healthSchedule: createHealthSchedule(table),
  healthTally: createHealthTally(table),
  queue: createHealthQueue(HEALTH_QUEUE_URL),
  reader: createTenantReader(TEST_ACCESS_FUNCTION_NAME),
  policy: HEALTH_POLICY,
  clock: systemClock,
  log: logger,
};

export const handler = queueHandler({
  logger,
  message: healthMessage,
  postponer: createPostponer(HEALTH_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (message, { receiveCount }) => runHealthMessage(checker, message, receiveCount),
});

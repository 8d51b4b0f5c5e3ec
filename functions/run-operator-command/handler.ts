import { createCampaignRepository } from '../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createDeliveryRepository } from '../../shared/adapters/dynamodb/deliveries.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createImportRepository } from '../../shared/adapters/dynamodb/imports.ts';
import { createStock } from '../../shared/adapters/dynamodb/stock.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../shared/adapters/dynamodb/tenants.ts';
import { createWaitingRoom } from '../../shared/adapters/dynamodb/waiting-room.ts';
import { createLinkKeyRotator } from '../../shared/adapters/lambda/link-key-rotator.ts';
import { createDeadLetters } from '../../shared/adapters/sqs/dead-letters.ts';
import { createHealthQueue } from '../../shared/adapters/sqs/health-queue.ts';
import { createImportQueue } from '../../shared/adapters/sqs/import-queue.ts';
import { createReminderQueue } from '../../shared/adapters/sqs/reminder-queue.ts';
import { createRotationQueue } from '../../shared/adapters/sqs/rotation-queue.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { httpHandler } from '../../shared/platform/middleware/http-handler.ts';
import { env } from './env.ts';
import { runOperatorCommand } from './run-operator-command.ts';

const {
  TABLE_NAME,
  DEAD_LETTER_QUEUES,
  HEALTH_QUEUE_URL,
  IMPORT_QUEUE_URL,
  REMINDERS_QUEUE_URL,
  ROTATION_QUEUE_URL,
  ROTATE_LINK_KEY_FUNCTION_NAME,
  ONBOARDING_POLICY,
} = env();
const table = openTable(TABLE_NAME);
const deadLetters = createDeadLetters();
const healthQueue = createHealthQueue(HEALTH_QUEUE_URL);
const importQueue = createImportQueue(IMPORT_QUEUE_URL);
const rotationQueue = createRotationQueue(ROTATION_QUEUE_URL);
const dependencies = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  tenants: createTenantRepository(table),
  deliveries: createDeliveryRepository(table),
  stock: createStock(table),
  campaigns: createCampaignRepository(table),
  imports: createImportRepository(table),
  waitingRoom: createWaitingRoom(table),
  policy: ONBOARDING_POLICY,
  clock: systemClock,
  redrive: (queue: keyof typeof DEAD_LETTER_QUEUES) => deadLetters.redrive(DEAD_LETTER_QUEUES[queue]),
  checkHealth: (connectionId: string, requested: { by: string; deliveryKey: string }) =>
    healthQueue.send({ kind: 'check', connectionId, requested }),
  rotateClientSecret: () => rotationQueue.send({ reason: 'command' }),
  startReminders: createReminderQueue(REMINDERS_QUEUE_URL).send,
  splitFile: (importId: string) => importQueue.send({ kind: 'split', importId }),
  rotateLinkKey: createLinkKeyRotator(ROTATE_LINK_KEY_FUNCTION_NAME),
};

export const handler = httpHandler({
  logger: createLogger('run-operator-command'),
  run: (request) => runOperatorCommand(dependencies, request),
});

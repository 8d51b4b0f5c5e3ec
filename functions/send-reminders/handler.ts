import { createCampaignRepository } from '../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { createReminderQueue } from '../../shared/adapters/sqs/reminder-queue.ts';
import { reminderMessage } from '../../shared/contracts/queues/reminders.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { runReminderMessage } from './run-reminder-message.ts';

const { TABLE_NAME, REMINDERS_QUEUE_URL, REMINDER_PACE } = env();
const logger = createLogger('send-reminders');
const table = openTable(TABLE_NAME);
const reminders = {
  campaigns: createCampaignRepository(table),
  environments: createEnvironmentRepository(table),
  connections: createConnectionRepository(table),
  queue: createReminderQueue(REMINDERS_QUEUE_URL),
  pace: REMINDER_PACE,
  clock: systemClock,
  log: logger,
};

export const handler = queueHandler({
  logger,
  message: reminderMessage,
  postponer: createPostponer(REMINDERS_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (message) => runReminderMessage(reminders, message),
});

import { createCampaignRepository } from '../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createSigningSecrets } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createSpendCloudWebhook } from '../../shared/adapters/spend-cloud/webhook.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { busEvent } from '../../shared/contracts/events/event.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { tellSpendCloud } from './tell-spend-cloud.ts';

const settings = env();
const logger = createLogger('tell-spend-cloud');
const table = openTable(settings.TABLE_NAME);
const telling = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  campaigns: createCampaignRepository(table),
  connectUrl: settings.CONNECT_URL,
  spendCloud: createSpendCloudWebhook({
    url: settings.SPEND_CLOUD_WEBHOOK_URL,
    secrets: createSigningSecrets(settings.SPEND_CLOUD_SECRET_ID),
  }),
  clock: systemClock,
};

export const handler = queueHandler({
  logger,
  message: busEvent,
  postponer: createPostponer(settings.SPEND_CLOUD_QUEUE_URL),
  // Up to an hour: the queue's maximum of receipts then amounts to a day (infra/constructs/spend-cloud-notification.ts).
  backOff: exponential(60 * 60),
  run: async (event) => {
    const outcome = await tellSpendCloud(event, telling);
    const { connectionId, environmentId } = event.detail;
    logger.info('SPEND CLOUD', { outcome, connectionId, environmentId });
  },
});

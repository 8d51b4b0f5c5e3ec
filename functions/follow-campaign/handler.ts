import { createCampaignRepository } from '../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { busEvent } from '../../shared/contracts/events/event.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { followCampaign } from './follow-campaign.ts';

const { TABLE_NAME, CAMPAIGN_QUEUE_URL } = env();
const logger = createLogger('follow-campaign');
const table = openTable(TABLE_NAME);
const following = {
  campaigns: createCampaignRepository(table),
  environments: createEnvironmentRepository(table),
  connections: createConnectionRepository(table),
  clock: systemClock,
};

export const handler = queueHandler({
  logger,
  message: busEvent,
  postponer: createPostponer(CAMPAIGN_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: async (event) => {
    const outcome = await followCampaign(event, following);
    logger.info('CAMPAIGN', { outcome, environmentId: event.detail.environmentId });
  },
});

import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createDeliveryRepository } from '../../shared/adapters/dynamodb/deliveries.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../shared/adapters/dynamodb/tenants.ts';
import { createTenantReader } from '../../shared/adapters/lambda/tenant-reader.ts';
import { createInboundQueue } from '../../shared/adapters/sqs/inbound-queue.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { openZohoDesk } from '../../shared/adapters/zoho-desk/open-zoho-desk.ts';
import { createZohoTicketReader } from '../../shared/adapters/zoho-desk/ticket-reader.ts';
import { inboundMessage } from '../../shared/contracts/queues/inbound.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { processInbound } from './process-inbound.ts';

const settings = env();
const { TABLE_NAME, INBOUND_QUEUE_URL, TEST_ACCESS_FUNCTION_NAME, CONSENT_RETRY_SECONDS } = settings;
const logger = createLogger('process-inbound');
const table = openTable(TABLE_NAME);
const zohoDesk = settings.ZOHO_DESK;
const zoho = openZohoDesk({ variables: settings, table, logger });
const dependencies = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  tenants: createTenantRepository(table),
  deliveries: createDeliveryRepository(table),
  tenantReader: createTenantReader(TEST_ACCESS_FUNCTION_NAME),
  zohoTickets: zohoDesk.enabled ? createZohoTicketReader(zoho, zohoDesk) : undefined,
  enqueue: createInboundQueue(INBOUND_QUEUE_URL).send,
  log: (line: string, ids: Readonly<Record<string, string>>) => logger.warn(line, ids),
  clock: systemClock,
  consentRetrySeconds: CONSENT_RETRY_SECONDS,
};

export const handler = queueHandler({
  logger,
  message: inboundMessage,
  postponer: createPostponer(INBOUND_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (message, { receiveCount }) => processInbound(dependencies, message, receiveCount),
});

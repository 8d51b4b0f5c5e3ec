import { createZohoDeskSecret } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createInboundQueue } from '../../shared/adapters/sqs/inbound-queue.ts';
import { createDeliveryVerifier } from '../../shared/adapters/zoho-desk/delivery-token.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { httpHandler } from '../../shared/platform/middleware/http-handler.ts';
import { env } from './env.ts';
import { receiveZohoDelivery } from './receive-zoho-delivery.ts';

const { INBOUND_QUEUE_URL, ZOHO_DESK, ZOHO_DESK_URL, ZOHO_DESK_SECRET_ID } = env();
const logger = createLogger('receive-zoho-delivery');
const secret = createZohoDeskSecret(ZOHO_DESK_SECRET_ID);
const { enabled, orgId, webhookIds } = ZOHO_DESK;
const intake = {
  enabled,
  orgId,
  segment: {
    read: async () => (await secret.read()).segment,
    readAgain: async () => (await secret.readAgain()).segment,
  },
  verify: createDeliveryVerifier({ deskUrl: ZOHO_DESK_URL, orgId, webhookIds }),
  enqueue: createInboundQueue(INBOUND_QUEUE_URL).send,
  clock: systemClock,
  log: (line: string, facts: Readonly<Record<string, string | number>>) => logger.warn(line, facts),
};

export const handler = httpHandler({ logger, run: (request) => receiveZohoDelivery(intake, request) });

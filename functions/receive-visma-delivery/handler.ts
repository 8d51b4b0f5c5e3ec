import { createSigningKeys } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createInboundQueue } from '../../shared/adapters/sqs/inbound-queue.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { httpHandler } from '../../shared/platform/middleware/http-handler.ts';
import { env } from './env.ts';
import { receiveVismaDelivery } from './receive-visma-delivery.ts';

const { INBOUND_QUEUE_URL, VISMA_WEBHOOK_SECRET_ID } = env();
const logger = createLogger('receive-visma-delivery');
const intake = {
  keys: createSigningKeys(VISMA_WEBHOOK_SECRET_ID),
  enqueue: createInboundQueue(INBOUND_QUEUE_URL).send,
  clock: systemClock,
  log: (line: string, ids: Readonly<Record<string, string>>) => logger.warn(line, ids),
};

export const handler = httpHandler({ logger, run: (request) => receiveVismaDelivery(intake, request) });

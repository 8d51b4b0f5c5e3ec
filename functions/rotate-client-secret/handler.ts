import { setTimeout as wait } from 'node:timers/promises';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createClientSecretVersions } from '../../shared/adapters/secrets-manager/client-secret-versions.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { requestToken } from '../../shared/adapters/visma/connect.ts';
import { rotationMessage } from '../../shared/contracts/queues/rotation.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { activeTenants } from './active-tenants.ts';
import { env } from './env.ts';
import { type Rotation, rotateClientSecret } from './rotate-client-secret.ts';

const settings = env();
const logger = createLogger('rotate-client-secret');
const connections = createConnectionRepository(openTable(settings.TABLE_NAME));
const endpoint = { tokenUrl: settings.VISMA_TOKEN_URL, scopes: settings.VISMA_SCOPES };
const outside = { timeoutMs: settings.VISMA_TIMEOUT_MS, fetch, clock: systemClock };
const rotation: Rotation = {
  versions: createClientSecretVersions(settings.VISMA_CLIENT_SECRET_ID),
  ask: (client, tenantId) => requestToken(endpoint, client, tenantId, outside),
  tenants: () => activeTenants(connections, settings.ROTATION_POLICY.tenantsTested, Math.random),
  policy: settings.ROTATION_POLICY,
  clock: systemClock,
  pause: (seconds) => wait(seconds * 1_000),
  log: logger,
};

export const handler = queueHandler({
  logger,
  message: rotationMessage,
  postponer: createPostponer(settings.ROTATION_QUEUE_URL),
  // The next message of the schedule does the same.
  backOff: exponential(60),
  run: async ({ reason }) => {
    const outcomes = await rotateClientSecret(rotation);
    if (outcomes.length > 0) logger.info('CLIENT SECRET LOOKED AFTER', { reason, outcomes });
  },
});

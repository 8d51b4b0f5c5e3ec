import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createSigningKeys } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createInboundQueue } from '../../shared/adapters/sqs/inbound-queue.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { pageHandler } from '../../shared/platform/middleware/page-handler.ts';
import { createConnectPage } from './connect-page.tsx';
import { env } from './env.ts';

const { TABLE_NAME, INBOUND_QUEUE_URL, CONNECT_LINK_SECRET_ID, APP_STORE_URL, SUPPORT_EMAIL } = env();
const table = openTable(TABLE_NAME);
const page = createConnectPage({
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  // Nobody repeats a customer's click: a link of a key that is newer than ours must open now, not in half a minute.
  keys: createSigningKeys(CONNECT_LINK_SECRET_ID, { againMs: 1_000 }),
  enqueue: createInboundQueue(INBOUND_QUEUE_URL).send,
  clock: systemClock,
  settings: { appStoreUrl: APP_STORE_URL, supportEmail: SUPPORT_EMAIL },
});

export const handler = pageHandler({ logger: createLogger('connect-page'), fetch: page.fetch });

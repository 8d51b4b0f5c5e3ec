import { createCampaignRepository } from '../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createImportRepository } from '../../shared/adapters/dynamodb/imports.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../shared/adapters/dynamodb/tenants.ts';
import { createImportFiles } from '../../shared/adapters/s3/import-files.ts';
import { createImportQueue } from '../../shared/adapters/sqs/import-queue.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { importMessage } from '../../shared/contracts/queues/import.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { runImportMessage } from './run-import-message.ts';

const { TABLE_NAME, IMPORT_BUCKET, IMPORT_QUEUE_URL, BATCH_ROWS, TRIES_MAX } = env();
const table = openTable(TABLE_NAME);
const runner = {
  imports: createImportRepository(table),
  files: createImportFiles(IMPORT_BUCKET),
  campaigns: createCampaignRepository(table),
  environments: createEnvironmentRepository(table),
  connections: createConnectionRepository(table),
  tenants: createTenantRepository(table),
  queue: createImportQueue(IMPORT_QUEUE_URL),
  clock: systemClock,
  batchRows: BATCH_ROWS,
  triesMax: TRIES_MAX,
};

export const handler = queueHandler({
  logger: createLogger('import-campaign'),
  message: importMessage,
  postponer: createPostponer(IMPORT_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (message, { receiveCount }) => runImportMessage(runner, message, receiveCount),
});

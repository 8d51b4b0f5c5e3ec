import * as z from 'zod';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../shared/adapters/dynamodb/tenants.ts';
import { createVismaClientSecret } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createVismaTenantReader } from '../../shared/adapters/visma/tenant-reading.ts';
import { createTokenSource } from '../../shared/adapters/visma/token-source.ts';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import {
  stepAnswer,
  tenantReadingAnswer,
  testAccessInput,
} from '../../shared/contracts/workflow/onboarding.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { answerReading, watchedReader } from './read-tenant.ts';
import { testAccess } from './test-access.ts';

const settings = env();
const logger = createLogger('test-access');
const table = openTable(settings.TABLE_NAME);
const reader = watchedReader(
  createVismaTenantReader({
    tokens: createTokenSource({
      tokenUrl: settings.VISMA_TOKEN_URL,
      scopes: settings.VISMA_SCOPES,
      timeoutMs: settings.VISMA_TIMEOUT_MS,
      client: createVismaClientSecret(settings.VISMA_CLIENT_SECRET_ID, {
        onMalformed: () => logger.error(alarmLines.clientSecretMalformed),
      }),
      onFallback: () => logger.error(alarmLines.clientSecretFallback),
    }),
    apiUrl: settings.VISMA_API_URL,
    timeoutMs: settings.VISMA_TIMEOUT_MS,
  }),
  logger,
);
const tester = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  tenants: createTenantRepository(table),
  reader,
  policy: settings.ONBOARDING_POLICY,
  clock: systemClock,
};

export const handler = taskHandler({
  logger,
  input: testAccessInput,
  answer: z.union([stepAnswer, tenantReadingAnswer]),
  run: async (input) =>
    'readTenant' in input ? answerReading(reader, input.readTenant, logger) : testAccess(tester, input),
});

import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../shared/adapters/dynamodb/tenants.ts';
import { onboardingInput, stepAnswer } from '../../shared/contracts/workflow/onboarding.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { activateConnection } from './activate-connection.ts';
import { env } from './env.ts';

const { TABLE_NAME, ONBOARDING_POLICY } = env();
const table = openTable(TABLE_NAME);
const activator = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  tenants: createTenantRepository(table),
  policy: ONBOARDING_POLICY,
  clock: systemClock,
};

export const handler = taskHandler({
  logger: createLogger('activate-connection'),
  input: onboardingInput,
  answer: stepAnswer,
  run: (execution) => activateConnection(activator, execution),
});

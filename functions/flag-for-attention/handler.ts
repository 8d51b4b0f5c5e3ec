import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { flagInput, stepAnswer } from '../../shared/contracts/workflow/onboarding.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { flag } from './flag-for-attention.ts';

const { TABLE_NAME } = env();
const table = openTable(TABLE_NAME);
const flagger = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  clock: systemClock,
};

export const handler = taskHandler({
  logger: createLogger('flag-for-attention'),
  input: flagInput,
  answer: stepAnswer,
  run: (input) => flag(flagger, input),
});

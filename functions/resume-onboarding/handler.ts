import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { onboardingInput, stepAnswer } from '../../shared/contracts/workflow/onboarding.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { resumeOnboarding } from './resume-onboarding.ts';

const { TABLE_NAME } = env();
const world = { connections: createConnectionRepository(openTable(TABLE_NAME)), clock: systemClock };

export const handler = taskHandler({
  logger: createLogger('resume-onboarding'),
  input: onboardingInput,
  answer: stepAnswer,
  run: (execution) => resumeOnboarding(world, execution),
});

import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createStock } from '../../shared/adapters/dynamodb/stock.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { onboardingInput, stepAnswer } from '../../shared/contracts/workflow/onboarding.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { issueInvitationCode } from './issue-invitation-code.ts';

const { TABLE_NAME, ONBOARDING_POLICY } = env();
const table = openTable(TABLE_NAME);
const issuer = {
  connections: createConnectionRepository(table),
  stock: createStock(table),
  policy: ONBOARDING_POLICY,
  clock: systemClock,
  random: Math.random,
};

export const handler = taskHandler({
  logger: createLogger('issue-invitation-code'),
  input: onboardingInput,
  answer: stepAnswer,
  run: (execution) => issueInvitationCode(issuer, execution),
});

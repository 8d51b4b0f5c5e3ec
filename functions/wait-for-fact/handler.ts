import * as z from 'zod';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createStock } from '../../shared/adapters/dynamodb/stock.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createWaitingRoom } from '../../shared/adapters/dynamodb/waiting-room.ts';
import { createWaker } from '../../shared/adapters/step-functions/executions.ts';
import { waitInput } from '../../shared/contracts/workflow/onboarding.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { waitForFact } from './wait-for-fact.ts';

const { TABLE_NAME, ONBOARDING_POLICY } = env();
const table = openTable(TABLE_NAME);
const world = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  stock: createStock(table),
  waitingRoom: createWaitingRoom(table),
  executions: createWaker(),
  policy: ONBOARDING_POLICY,
  clock: systemClock,
};

export const handler = taskHandler({
  logger: createLogger('wait-for-fact'),
  input: waitInput,
  answer: z.object({}),
  run: async (input) => {
    await waitForFact(world, input);
    return {};
  },
});

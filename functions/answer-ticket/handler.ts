import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createDeliveryRepository } from '../../shared/adapters/dynamodb/deliveries.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createAnswerRepository } from '../../shared/adapters/dynamodb/sendings.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { openTicketSystems } from '../../shared/adapters/open-ticket-systems.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { busEvent } from '../../shared/contracts/events/event.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { answerTickets } from './answer-ticket.ts';
import { env } from './env.ts';
import { planAnswers } from './plan-answers.ts';

const settings = env();
const logger = createLogger('answer-ticket');
const table = openTable(settings.TABLE_NAME);
const connections = createConnectionRepository(table);
const planning = {
  connections,
  environments: createEnvironmentRepository(table),
  now: systemClock,
};
const answering = {
  plan: (event: Parameters<typeof planAnswers>[0]) => planAnswers(event, planning),
  systems: openTicketSystems({
    ticketAnswers: settings.TICKET_ANSWERS,
    bridgeSecretId: settings.TICKET_BRIDGE_SECRET_ID,
    zohoDesk: { variables: settings, table, logger },
  }),
  connections,
  tickets: createDeliveryRepository(table),
  answers: createAnswerRepository(table),
  clock: systemClock,
  settleSeconds: settings.ANSWER_SETTLE_SECONDS,
  log: (line: string, ids: Readonly<Record<string, string>>) => logger.warn(line, ids),
};

export const handler = queueHandler({
  logger,
  message: busEvent,
  postponer: createPostponer(settings.TICKET_ANSWERS_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (event) => answerTickets(event, answering),
});

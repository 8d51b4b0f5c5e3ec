import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createMailRepository } from '../../shared/adapters/dynamodb/sendings.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { isLostToColleague, isUndelivered, recordMailOutcome, sesEvent } from './record-mail-outcome.ts';

const { TABLE_NAME, MAIL_OUTCOME_QUEUE_URL } = env();
const logger = createLogger('record-mail-outcome');
const table = openTable(TABLE_NAME);
const dependencies = { mails: createMailRepository(table), environments: createEnvironmentRepository(table) };

export const handler = queueHandler({
  logger,
  message: sesEvent,
  postponer: createPostponer(MAIL_OUTCOME_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: async (event) => {
    const outcome = await recordMailOutcome(event, dependencies);
    const line = { ...outcome, eventType: event.detail.eventType };
    if (isLostToColleague(event)) logger.warn(alarmLines.colleagueNotReached, line);
    else if (isUndelivered(event)) logger.warn('MAIL UNDELIVERED', line);
    else logger.info('MAIL OUTCOME', line);
  },
});

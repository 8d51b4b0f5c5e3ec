import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createInboundQueue } from '../../shared/adapters/sqs/inbound-queue.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { openZohoDesk } from '../../shared/adapters/zoho-desk/open-zoho-desk.ts';
import { reconciliationMessage } from '../../shared/contracts/queues/reconciliation.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { env } from './env.ts';
import { reconcileTickets } from './reconcile-tickets.ts';

const settings = env();
const logger = createLogger('reconcile-tickets');
const zoho = openZohoDesk({ variables: settings, table: openTable(settings.TOKEN_TABLE_NAME), logger });
const reconciliation = {
  orgId: settings.ZOHO_DESK.orgId,
  everySeconds: settings.ZOHO_DESK.reconcileEverySeconds,
  overlapSeconds: settings.ZOHO_DESK.reconcileOverlapSeconds,
  changedSince: zoho.changedSince,
  enqueue: createInboundQueue(settings.INBOUND_QUEUE_URL).send,
  clock: systemClock,
  log: (line: string, facts: Readonly<Record<string, number>>) => logger.info(line, facts),
};

export const handler = queueHandler({
  logger,
  message: reconciliationMessage,
  postponer: createPostponer(settings.RECONCILIATION_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (message) => reconcileTickets(reconciliation, message),
});

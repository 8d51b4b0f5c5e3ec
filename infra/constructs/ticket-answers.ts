import { Construct } from 'constructs';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { Foundation } from './foundation.ts';
import { LineAlarm } from './line-alarm.ts';
import { ServiceFunction } from './service-function.ts';
import { letAnswerTickets } from './ticket-systems.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** Says on tickets what happened to their companies, and has them follow. */
export class TicketAnswers extends Construct {
  readonly queue: WorkQueue;
  readonly answerTicket: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config, stores } = foundation;
    this.queue = new WorkQueue(this, 'TicketAnswers', foundation, {
      maxReceiveCount: patientTries,
      impact: 'A ticket does not say what happened or whose turn it is; the customer has the e-mails only.',
      runbook: 'dead-letters-ticket-answers',
    });
    this.answerTicket = new ServiceFunction(this, 'AnswerTicket', foundation, {
      folder: 'answer-ticket',
      environment: {
        TABLE_NAME: stores.table.tableName,
        TICKET_ANSWERS_QUEUE_URL: this.queue.queue.queueUrl,
        // Twice as long as a run may take: whoever reserved is dead by then, and what he put can be seen on the ticket.
        ANSWER_SETTLE_SECONDS: String(2 * config.functionTimeoutSeconds),
      },
      impact: 'Tickets stand still: nobody reads on them what happened, and none is closed.',
      failuresTolerated: 9,
    }).grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    letAnswerTickets(this.answerTicket, foundation);
    new LineAlarm(this, 'TicketSystemRejected', foundation, {
      line: alarmLines.ticketSystemRejected,
      loggedBy: [this.answerTicket],
      impact: 'Zoho Desk refuses our client: nothing is answered on its tickets, and none is closed.',
      runbook: 'the-ticket-system-refuses-our-client',
    });
    this.queue.addConsumer(this.answerTicket, { batchSize: 5, atOnce: 2 });
  }
}

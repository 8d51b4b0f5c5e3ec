import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** What comes in: two receivers that verify and store, a queue, and the function that thinks. */
export class Intake extends Construct {
  readonly queue: WorkQueue;
  readonly receiveTicketDelivery: ServiceFunction;
  readonly receiveVismaDelivery: ServiceFunction;
  readonly processInbound: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation, testAccess: ServiceFunction) {
    super(scope, id);
    const { secrets, table } = foundation.stores;
    this.queue = new WorkQueue(this, 'Inbound', foundation, {
      maxReceiveCount: patientTries,
      impact: 'What customers or Visma sent was accepted and is not acted upon.',
      runbook: 'dead-letters-inbound',
    });
    foundation.alarms.add(this, 'InboundIsLate', {
      metric: this.queue.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      // Not less: a tenant whose consent is still spreading is asked again for 15 minutes.
      threshold: Duration.minutes(30).toSeconds(),
      impact: 'Customers wait: what they sent has not been looked at for half an hour.',
      runbook: 'inbound-is-late',
    });
    const receiver = (name: string, folder: string, impact: string) => {
      const receive = new ServiceFunction(this, name, foundation, {
        folder,
        environment: { INBOUND_QUEUE_URL: this.queue.queue.queueUrl },
        impact,
        failuresTolerated: 0,
      });
      this.queue.grantSend(receive.role);
      return receive;
    };
    this.receiveTicketDelivery = receiver(
      'ReceiveTicketDelivery',
      'receive-ticket-delivery',
      'Tickets are not taken in; their system retries for a while, then they are lost.',
    ).grantSecret('GENERIC_TICKETS_SECRET_ID', secrets.genericTickets);
    this.receiveVismaDelivery = receiver(
      'ReceiveVismaDelivery',
      'receive-visma-delivery',
      "Visma's word that a customer has integrated is not taken in; customers must send their tenant ID.",
    ).grantSecret('VISMA_WEBHOOK_SECRET_ID', secrets.vismaWebhook);

    this.processInbound = new ServiceFunction(this, 'ProcessInbound', foundation, {
      folder: 'process-inbound',
      environment: {
        TABLE_NAME: table.tableName,
        INBOUND_QUEUE_URL: this.queue.queue.queueUrl,
        TEST_ACCESS_FUNCTION_NAME: testAccess.function.functionName,
        CONSENT_RETRY_SECONDS: foundation.config.consentRetrySeconds.join(' '),
      },
      impact: 'What customers or Visma sent is kept in the queue and not acted upon.',
      failuresTolerated: 9,
    }).grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
    testAccess.grantInvokeTo(this.processInbound);
    // visma.md 3.6: about ten quick calls were seen to be throttled, and a message may read a tenant.
    this.queue.addConsumer(this.processInbound, { batchSize: 5, atOnce: 2 });
  }
}

import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import { WorkQueue } from './work-queue.ts';

/**
 * Tries that fill a day. The consumer waits 2^n seconds after try n, an hour at most: 2 + 4 + … + 2,048 = 4,094 s after
 * the first 11 tries, then 3,600 s each. A day is 86,400 s; (86,400 − 4,094) / 3,600 = 22.9, so 11 + 23 = 34 waits, and
 * the 35th try comes 24 hours and 8 minutes after the first.
 */
const triesOfADay = 35;

/** Tells Spend Cloud of connections and reminders by a signed webhook. */
export class SpendCloudNotification extends Construct {
  readonly queue: WorkQueue;
  /** Gets the base of connect links when the API is there. */
  readonly tellSpendCloud: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'SpendCloud', foundation, {
      maxReceiveCount: triesOfADay,
      impact:
        'Spend Cloud has not heard of a connection or a reminder for a day: exports may be off and a customer not told.',
      runbook: 'dead-letters-spend-cloud',
    });
    const tellSpendCloud = new ServiceFunction(this, 'TellSpendCloud', foundation, {
      folder: 'tell-spend-cloud',
      environment: {
        TABLE_NAME: foundation.stores.table.tableName,
        SPEND_CLOUD_QUEUE_URL: this.queue.queue.queueUrl,
        SPEND_CLOUD_WEBHOOK_URL: foundation.config.spendCloudWebhookUrl,
      },
      impact: 'Spend Cloud does not hear of active connections and of reminders.',
      failuresTolerated: 9,
    })
      .grantTable('GetItem', 'Query', 'PutItem')
      .grantSecret('SPEND_CLOUD_SECRET_ID', foundation.stores.secrets.spendCloudWebhook);
    this.tellSpendCloud = tellSpendCloud;
    this.queue.addConsumer(tellSpendCloud, { batchSize: 5, atOnce: 2 });
  }
}

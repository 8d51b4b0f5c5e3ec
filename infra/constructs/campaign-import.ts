import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** Imports files of customers into a campaign, batch by batch. */
export class CampaignImport extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config, stores } = foundation;
    const { importBatchRows, importConcurrency, importTimeoutSeconds } = config.campaign;
    this.queue = new WorkQueue(this, 'Import', foundation, {
      maxReceiveCount: patientTries,
      visibilitySeconds: importTimeoutSeconds,
      impact: 'Part of a file of customers was not imported: these customers are not in the campaign.',
      runbook: 'dead-letters-import',
    });
    const importCampaign = new ServiceFunction(this, 'ImportCampaign', foundation, {
      folder: 'import-campaign',
      environment: {
        TABLE_NAME: stores.table.tableName,
        IMPORT_BUCKET: stores.importBucket.bucket.bucketName,
        IMPORT_QUEUE_URL: this.queue.queue.queueUrl,
        BATCH_ROWS: String(importBatchRows),
        TRIES_MAX: String(patientTries),
      },
      timeoutSeconds: importTimeoutSeconds,
      impact: 'Files of customers are not imported.',
      failuresTolerated: 9,
    }).grantTable(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    );
    stores.importBucket.grant(importCampaign, {
      customers: ['GetObject', 'DeleteObject'],
      reports: ['PutObject'],
    });
    this.queue.grantSend(importCampaign.role);
    this.queue.addConsumer(importCampaign, { batchSize: 1, atOnce: importConcurrency });
  }
}

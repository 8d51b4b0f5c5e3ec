import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** The page behind the links in mails. */
export class ConnectPage extends Construct {
  readonly connectPage: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation, inbound: WorkQueue) {
    super(scope, id);
    const { config, stores } = foundation;
    this.connectPage = new ServiceFunction(this, 'ConnectPage', foundation, {
      folder: 'connect-page',
      environment: {
        TABLE_NAME: stores.table.tableName,
        INBOUND_QUEUE_URL: inbound.queue.queueUrl,
        APP_STORE_URL: config.visma.appStoreUrl,
        SUPPORT_EMAIL: config.mail.supportEmail,
      },
      impact: 'Customers cannot open their page; mails and tickets go on to work.',
      failuresTolerated: 0,
    })
      .grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem')
      .grantSecret('CONNECT_LINK_SECRET_ID', stores.secrets.connectLinkKey);
    inbound.grantSend(this.connectPage.role);
  }
}

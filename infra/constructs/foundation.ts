import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Bundles } from '../bundling/bundle-functions.ts';
import type { StageConfig } from '../config.ts';
import type { Alarms } from './alarms.ts';
import type { ImportBucket } from './import-bucket.ts';

/** What lasts longer than any deploy: made by the stateful stack, used by the service. */
export interface Stores {
  readonly table: TableV2;
  /** Of the table: tenant IDs and codes lie in it. */
  readonly tableKey: Key;
  /** Of the broker; and, its own keys only, of what asks Zoho Desk. */
  readonly tokenTable: TableV2;
  readonly tokenTableKey: Key;
  readonly bus: EventBus;
  readonly secrets: Secrets;
  /** Customers' files of imports, and their reports. */
  readonly importBucket: ImportBucket;
}

export interface Secrets {
  /** `{clientId, clientSecret}` of the Visma application; the access test, the token broker and the rotation may read it. */
  readonly vismaClient: NamedSecret;
  /** `{current, previous?}` each. */
  readonly genericTickets: NamedSecret;
  readonly vismaWebhook: NamedSecret;
  readonly spendCloudWebhook: NamedSecret;
  readonly ticketBridge: NamedSecret;
  /** `{current, previous?}`: of the links in mails and the page behind them; a function of its own makes new ones. */
  readonly connectLinkKey: NamedSecret;
  /** `{clientId, clientSecret, refreshToken, segment}` of Zoho Desk. */
  readonly zohoDesk: NamedSecret;
}

/** The name is the id by which functions ask for it. */
export interface NamedSecret {
  readonly name: string;
  readonly secret: Secret;
  readonly key: Key;
}

/** What every construct of the service stack stands on. */
export interface Foundation {
  readonly config: StageConfig;
  readonly bundles: Bundles;
  readonly stores: Stores;
  readonly alarms: Alarms;
}

/** Of the one index (docs/data-model.md): connections by state, latest change first, and memberships by standing. */
export const byStateIndex = 'byState';

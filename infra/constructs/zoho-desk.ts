import { Duration } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { ReconciliationMessage } from '../../shared/contracts/queues/reconciliation.ts';
import type { ZohoDeskSettings } from '../../shared/contracts/zoho-desk/settings.ts';
import type { Foundation } from './foundation.ts';
import type { Intake } from './intake.ts';
import { LineAlarm } from './line-alarm.ts';
import { keyUse, ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** Variables of a function that asks Zoho Desk; the secret's name comes with its grant. */
function zohoDeskEnvironment({ config }: Foundation): Readonly<Record<string, string>> {
  const { deskUrl, accountsUrl: _accounts, ...settings } = config.zohoDesk;
  return { ZOHO_DESK_URL: deskUrl, ZOHO_DESK: JSON.stringify(settings satisfies ZohoDeskSettings) };
}

/** Tickets of Zoho Desk: a receiver of hints, and a schedule that finds what its deliveries lost. */
export class ZohoDesk extends Construct {
  readonly queue: WorkQueue;
  readonly receiveZohoDelivery: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation, intake: Intake) {
    super(scope, id);
    const { config, stores } = foundation;
    const inbound = intake.queue;
    this.receiveZohoDelivery = new ServiceFunction(this, 'ReceiveZohoDelivery', foundation, {
      folder: 'receive-zoho-delivery',
      environment: { INBOUND_QUEUE_URL: inbound.queue.queueUrl, ...zohoDeskEnvironment(foundation) },
      impact: 'Tickets are taken in by the reconciliation only, up to a quarter of an hour late.',
      failuresTolerated: 0,
    }).grantSecret('ZOHO_DESK_SECRET_ID', stores.secrets.zohoDesk);
    inbound.grantSend(this.receiveZohoDelivery.role);

    this.queue = new WorkQueue(this, 'Reconciliation', foundation, {
      maxReceiveCount: patientTries,
      impact: 'Tickets whose delivery was lost are not found: their customers wait for an answer.',
      runbook: 'dead-letters-reconciliation',
    });
    const reconcileTickets = new ServiceFunction(this, 'ReconcileTickets', foundation, {
      folder: 'reconcile-tickets',
      environment: {
        INBOUND_QUEUE_URL: inbound.queue.queueUrl,
        RECONCILIATION_QUEUE_URL: this.queue.queue.queueUrl,
      },
      impact: 'Tickets whose delivery was lost are not found.',
      failuresTolerated: 4,
    });
    inbound.grantSend(reconcileTickets.role);
    inbound.grantSend(intake.processInbound.role);
    // Two at once would only ask the same.
    this.queue.addConsumer(reconcileTickets, { batchSize: 1, atOnce: 2 });
    const callers = [reconcileTickets, intake.processInbound];
    for (const caller of callers) letAskZoho(caller, foundation);

    new Schedule(this, 'Reconcile', {
      description: 'Looks for tickets whose delivery was lost',
      schedule: ScheduleExpression.rate(Duration.seconds(config.zohoDesk.reconcileEverySeconds)),
      enabled: config.zohoDesk.enabled,
      target: new SqsSendMessage(this.queue.queue, {
        deadLetterQueue: this.queue.deadLetters,
        input: ScheduleTargetInput.fromObject({
          kind: 'reconcile',
          at: ContextAttribute.scheduledTime,
        } satisfies ReconciliationMessage),
      }),
    });
    new LineAlarm(this, 'TicketSystemRejected', foundation, {
      line: alarmLines.ticketSystemRejected,
      loggedBy: callers,
      impact: 'Zoho Desk refuses our client: no ticket is read, their customers wait for an answer.',
      runbook: 'the-ticket-system-refuses-our-client',
    });
  }
}

/** The API's address, its secret, and its own token in the tokens' table: the keys of Visma's tenants stay out of reach. */
export function letAskZoho(caller: ServiceFunction, foundation: Foundation): void {
  const { config, stores } = foundation;
  const variables = {
    ...zohoDeskEnvironment(foundation),
    ZOHO_ACCOUNTS_URL: config.zohoDesk.accountsUrl,
    TOKEN_TABLE_NAME: stores.tokenTable.tableName,
    TOKEN_POLICY: JSON.stringify(config.tokens),
  };
  for (const [name, value] of Object.entries(variables)) caller.function.addEnvironment(name, value);
  caller.grantSecret('ZOHO_DESK_SECRET_ID', stores.secrets.zohoDesk);
  Grant.addToPrincipal({
    grantee: caller.role,
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    resourceArns: [stores.tokenTable.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TOKEN#zoho-desk', 'CLIENT#zoho-desk.*'] },
    },
  });
  stores.tokenTableKey.grant(caller.role, ...keyUse);
}

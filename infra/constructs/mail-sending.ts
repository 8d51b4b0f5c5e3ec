import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { Foundation } from './foundation.ts';
import { LineAlarm } from './line-alarm.ts';
import { ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** E-mail: who may send as whom, the sender, and what SES says became of a mail. */
export class MailSending extends Construct {
  readonly queue: WorkQueue;
  /** Gets the base of connect links when the API is there. */
  readonly sendMail: ServiceFunction;
  readonly outcomes: WorkQueue;
  readonly configurationSetName: string;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config, stores } = foundation;
    const identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domainOf(config.mail.from)),
    });
    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    configurationSet.addEventDestination('Outcomes', {
      // SES publishes on the account's default bus only.
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
    this.configurationSetName = configurationSet.configurationSetName;

    this.queue = new WorkQueue(this, 'Mail', foundation, {
      maxReceiveCount: patientTries,
      impact:
        'Somebody was not mailed: a code, a failure, an activation, a reminder or the digest stays untold.',
      runbook: 'dead-letters-mail',
    });
    const sendMail = new ServiceFunction(this, 'SendMail', foundation, {
      folder: 'send-mail',
      environment: {
        TABLE_NAME: stores.table.tableName,
        MAIL_QUEUE_URL: this.queue.queue.queueUrl,
        MAIL_FROM: config.mail.from,
        OPERATORS_MAIL_TO: config.mail.operatorsTo,
        OPERATORS_LOCALE: config.mail.operatorsLocale,
        PRODUCT_OWNER_MAIL_TO: config.mail.productOwnerTo,
        CONFIGURATION_SET: this.configurationSetName,
        APP_STORE_URL: config.visma.appStoreUrl,
        SUPPORT_EMAIL: config.mail.supportEmail,
        MAIL_SETTLE_SECONDS: String(config.mail.settleSeconds),
        CONNECT_LINK_DAYS: String(config.connectPage.linkDays),
      },
      impact: 'Nobody is mailed: customers get no codes, operators no questions.',
      failuresTolerated: 9,
    })
      .grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem')
      .grantStateIndex()
      .grantSecret('CONNECT_LINK_SECRET_ID', stores.secrets.connectLinkKey);
    this.sendMail = sendMail;
    // A sending that names a configuration set needs both.
    Grant.addToPrincipal({
      grantee: sendMail.role,
      actions: ['ses:SendEmail'],
      resourceArns: [
        identity.emailIdentityArn,
        Stack.of(this).formatArn({
          service: 'ses',
          resource: 'configuration-set',
          resourceName: this.configurationSetName,
        }),
      ],
    });
    // SES begins with 14 mails a second, and a mail takes a few tenths.
    this.queue.addConsumer(sendMail, { batchSize: 5, atOnce: 2 });

    this.outcomes = new WorkQueue(this, 'MailOutcome', foundation, {
      maxReceiveCount: patientTries,
      impact: 'What became of a mail is not recorded; a sending that was cut off may be repeated.',
      runbook: 'dead-letters-mail-outcome',
    });
    const recordMailOutcome = new ServiceFunction(this, 'RecordMailOutcome', foundation, {
      folder: 'record-mail-outcome',
      environment: {
        TABLE_NAME: stores.table.tableName,
        MAIL_OUTCOME_QUEUE_URL: this.outcomes.queue.queueUrl,
      },
      impact:
        'What becomes of mails is not recorded: a sending that was cut off may be repeated, dead addresses are mailed on.',
      failuresTolerated: 9,
    }).grantTable('GetItem', 'PutItem', 'UpdateItem');
    this.outcomes.addConsumer(recordMailOutcome, { batchSize: 10, atOnce: 2 });

    new LineAlarm(this, 'ColleagueNotReached', foundation, {
      line: alarmLines.colleagueNotReached,
      loggedBy: [recordMailOutcome],
      impact:
        'Operators, the product owner or a contact person did not get a mail: what it asked for is not done.',
      runbook: 'colleagues-are-not-reached',
    });
    foundation.alarms.add(this, 'MailsBounce', {
      metric: new Metric({
        namespace: 'AWS/SES',
        metricName: 'Reputation.BounceRate',
        period: Duration.hours(1),
        statistic: 'Average',
      }),
      // SES reviews an account at 5 % and may pause it at 10 %.
      threshold: 0.04,
      impact:
        'Customers do not get our mails, and SES will stop all sending of this account when it goes on.',
      runbook: 'mails-bounce',
    });
  }
}

/** `Name <box@domain>` or `box@domain`. */
function domainOf(from: string): string {
  const domain = /@([^@<>\s]+)>?$/.exec(from)?.[1];
  if (domain === undefined) throw new Error(`"${from}" is no address to send from: use name@domain.`);
  return domain;
}

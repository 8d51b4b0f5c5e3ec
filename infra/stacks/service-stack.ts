import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Bundles } from '../bundling/bundle-functions.ts';
import type { StageConfig } from '../config.ts';
import { Alarms } from '../constructs/alarms.ts';
import { BusinessAlarms } from '../constructs/business-alarms.ts';
import { Campaign } from '../constructs/campaign.ts';
import { CampaignImport } from '../constructs/campaign-import.ts';
import { ClientSecretRotation } from '../constructs/client-secret-rotation.ts';
import { ConnectPage } from '../constructs/connect-page.ts';
import { EventRouting } from '../constructs/event-routing.ts';
import type { Foundation, Stores } from '../constructs/foundation.ts';
import { HealthChecks } from '../constructs/health-checks.ts';
import { HistoryPublisher } from '../constructs/history-publisher.ts';
import { InboundApi } from '../constructs/inbound-api.ts';
import { Intake } from '../constructs/intake.ts';
import { LinkKeyRotation } from '../constructs/link-key-rotation.ts';
import { MailSending } from '../constructs/mail-sending.ts';
import { OnboardingDriver } from '../constructs/onboarding-driver.ts';
import { OnboardingWorkflow } from '../constructs/onboarding-workflow.ts';
import { OperatorAccess } from '../constructs/operator-access.ts';
import { OperatorCommands } from '../constructs/operator-commands.ts';
import { SampleExport } from '../constructs/sample-export.ts';
import { SpendCloudNotification } from '../constructs/spend-cloud-notification.ts';
import { TicketAnswers } from '../constructs/ticket-answers.ts';
import { TokenBroker } from '../constructs/token-broker.ts';
import { ZohoDesk } from '../constructs/zoho-desk.ts';

export interface ServiceStackProps extends StackProps {
  readonly config: StageConfig;
  readonly bundles: Bundles;
  readonly stores: Stores;
}

/** Everything that runs; it can be deleted and deployed again. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { config, bundles, stores } = props;
    if (config.isProtected && JSON.stringify(config).includes('.example')) {
      Validations.of(this).addWarning(
        'visma-onboarding:fill-in',
        `Addresses and URLs of stage ${config.stage} still end in .example: fill them in in infra/config.ts before you deploy.`,
      );
    }
    const alarms = new Alarms(this, 'Alarms', config.alarmsTo);
    const foundation: Foundation = { config, bundles, stores, alarms };

    const workflow = new OnboardingWorkflow(this, 'Onboarding', foundation);
    const driver = new OnboardingDriver(this, 'Driver', foundation, workflow);
    const intake = new Intake(this, 'Intake', foundation, workflow.testAccess);
    const zohoDesk = new ZohoDesk(this, 'ZohoDesk', foundation, intake);
    const mail = new MailSending(this, 'Mail', foundation);
    const spendCloud = new SpendCloudNotification(this, 'SpendCloud', foundation);
    const answers = new TicketAnswers(this, 'Answers', foundation);
    const tokens = new TokenBroker(this, 'Tokens', foundation);
    const rotation = new ClientSecretRotation(this, 'Rotation', foundation);
    const health = new HealthChecks(this, 'HealthChecks', foundation, workflow.testAccess);
    const campaign = new Campaign(this, 'Campaign', foundation);
    const imports = new CampaignImport(this, 'CampaignImport', foundation);
    new HistoryPublisher(this, 'History', foundation);
    const { rotateLinkKey } = new LinkKeyRotation(this, 'LinkKey', foundation);
    const operators = new OperatorCommands(
      this,
      'Operators',
      foundation,
      {
        inbound: intake.queue,
        workflow: driver.queue,
        mail: mail.queue,
        'mail-outcome': mail.outcomes,
        'spend-cloud': spendCloud.queue,
        health: health.queue,
        rotation: rotation.queue,
        reconciliation: zohoDesk.queue,
        'ticket-answers': answers.queue,
        reminders: campaign.reminders,
        campaign: campaign.queue,
        import: imports.queue,
      },
      rotateLinkKey,
    );
    const api = new InboundApi(this, 'Inbound', foundation, {
      receiveTicketDelivery: intake.receiveTicketDelivery,
      receiveVismaDelivery: intake.receiveVismaDelivery,
      receiveZohoDelivery: zohoDesk.receiveZohoDelivery,
      runOperatorCommand: operators.runOperatorCommand,
      connectPage: new ConnectPage(this, 'Connect', foundation, intake.queue).connectPage,
    });
    for (const { function: linking } of [mail.sendMail, spendCloud.tellSpendCloud]) {
      linking.addEnvironment('CONNECT_URL', config.connectPage.url ?? api.url);
    }
    const access = new OperatorAccess(this, 'OperatorAccess', {
      operatorRouteArn: api.operatorRouteArn,
      secrets: stores.secrets,
      importBucket: stores.importBucket,
    });
    const routing = new EventRouting(this, 'Routing', {
      bus: stores.bus,
      workflow: driver.queue,
      mail: mail.queue,
      mailOutcome: mail.outcomes,
      spendCloud: spendCloud.queue,
      ticketAnswers: answers.queue,
      campaign: campaign.queue,
      stateMachineArn: workflow.stateMachine.stateMachineArn,
      configurationSetName: mail.configurationSetName,
    });
    new BusinessAlarms(this, 'Business', foundation, {
      clients: [workflow.testAccess, tokens.broker],
      tokenBroker: tokens.broker,
      rotateClientSecret: rotation.rotateClientSecret,
      activations: routing.activations,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'StateMachineArn', { value: workflow.stateMachine.stateMachineArn });
    new CfnOutput(this, 'TokenBrokerName', { value: tokens.broker.function.functionName });
    new CfnOutput(this, 'TokenConsumerPolicyArn', { value: tokens.consumerPolicy.managedPolicyArn });
    new CfnOutput(this, 'OperatorPolicyArn', { value: access.policy.managedPolicyArn });
    new CfnOutput(this, 'SecretsOperatorPolicyArn', { value: access.secretsPolicy.managedPolicyArn });
    if (config.sampleExport) {
      const { exportDocuments } = new SampleExport(this, 'SampleExport', foundation, tokens);
      new CfnOutput(this, 'ExportDocumentsName', { value: exportDocuments.function.functionName });
    }
  }
}

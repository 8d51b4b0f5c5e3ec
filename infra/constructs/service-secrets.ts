import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Stage, StageConfig } from '../config.ts';
import { type SigningSecretName, secretNameOf } from '../secret-names.ts';
import type { NamedSecret, Secrets } from './foundation.ts';

const signingSecret = { secretStringTemplate: '{}', generateStringKey: 'current' };

/** The secrets by name, under one key. Their values are filled in after the first deploy; see the README. */
export class ServiceSecrets extends Construct {
  readonly secrets: Secrets;
  readonly #key: Key;
  readonly #stage: Stage;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.#stage = config.stage;
    this.#key = new Key(this, 'Key', {
      description: 'Secrets of the Visma onboarding',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const client =
      'Made in the Developer Portal, which has no API: an operator stages a new one, rotate-client-secret does the rest.';
    const portal =
      'Made in the Developer Portal, which has no API: an operator puts it, current and previous both verify.';
    const shared =
      'Shared with the other side: an operator rotates it with them, current and previous both verify.';
    const links =
      'Operators have rotate-link-key make a new one, at most once in the life of a link: sooner, links in mails would end.';
    const zoho =
      "Zoho's refresh token does not expire, and no API gives another: an operator puts it; see the README.";
    const notFilledIn = 'not-filled-in';
    this.secrets = {
      vismaClient: this.#secret('VismaClient', 'visma-client', client, {
        secretStringTemplate: JSON.stringify({ clientId: 'not-filled-in' }),
        generateStringKey: 'clientSecret',
      }),
      genericTickets: this.#secret('GenericTickets', 'generic-tickets', shared, signingSecret),
      vismaWebhook: this.#secret('VismaWebhook', 'visma-webhook', portal, signingSecret),
      spendCloudWebhook: this.#secret('SpendCloudWebhook', 'spend-cloud-webhook', shared, signingSecret),
      ticketBridge: this.#secret('TicketBridge', 'ticket-bridge', shared, signingSecret),
      connectLinkKey: this.#secret('ConnectLinkKey', 'connect-link-key', links, signingSecret),
      zohoDesk: this.#secret('ZohoDesk', 'zoho-desk', zoho, {
        secretStringTemplate: JSON.stringify({
          clientId: notFilledIn,
          clientSecret: notFilledIn,
          refreshToken: notFilledIn,
        }),
        generateStringKey: 'segment',
      }),
    };
  }

  #secret(
    id: string,
    name: 'visma-client' | 'connect-link-key' | 'zoho-desk' | SigningSecretName,
    whyNotRotated: string,
    generated: { secretStringTemplate: string; generateStringKey: string },
  ): NamedSecret {
    const secretName = secretNameOf(this.#stage, name);
    const secret = new Secret(this, id, {
      secretName,
      encryptionKey: this.#key,
      // 32 characters without punctuation are also base64, as Standard Webhooks wants its secrets.
      generateSecretString: { ...generated, passwordLength: 32, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated });
    return { name: secretName, secret, key: this.#key };
  }
}

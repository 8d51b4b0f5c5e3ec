import { createCampaignRepository } from '../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { createMailRepository } from '../../shared/adapters/dynamodb/sendings.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createSigningKeys } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createMailer, isMailNotSent } from '../../shared/adapters/ses/mailer.ts';
import { createPostponer } from '../../shared/adapters/sqs/postponer.ts';
import { busEvent } from '../../shared/contracts/events/event.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { exponential, queueHandler } from '../../shared/platform/middleware/queue-handler.ts';
import { createConnectUrls } from './connect-url.ts';
import { env } from './env.ts';
import { planMails } from './plan-mails.ts';
import { sendMails } from './send-mail.ts';

const settings = env();
const table = openTable(settings.TABLE_NAME);
const planning = {
  connections: createConnectionRepository(table),
  environments: createEnvironmentRepository(table),
  campaigns: createCampaignRepository(table),
  settings: {
    appStoreUrl: settings.APP_STORE_URL,
    supportEmail: settings.SUPPORT_EMAIL,
    operators: { email: settings.OPERATORS_MAIL_TO, locale: settings.OPERATORS_LOCALE },
    productOwner: settings.PRODUCT_OWNER_MAIL_TO,
  },
  now: systemClock,
  connectUrl: createConnectUrls({
    baseUrl: settings.CONNECT_URL,
    days: settings.CONNECT_LINK_DAYS,
    keys: createSigningKeys(settings.CONNECT_LINK_SECRET_ID),
    clock: systemClock,
  }),
};
const sending = {
  plan: (event: Parameters<typeof planMails>[0]) => planMails(event, planning),
  mails: createMailRepository(table),
  mailer: createMailer({
    from: settings.MAIL_FROM,
    replyTo: settings.SUPPORT_EMAIL,
    configurationSet: settings.CONFIGURATION_SET,
  }),
  clock: systemClock,
  settleSeconds: settings.MAIL_SETTLE_SECONDS,
  isNotSent: isMailNotSent,
};

export const handler = queueHandler({
  logger: createLogger('send-mail'),
  message: busEvent,
  postponer: createPostponer(settings.MAIL_QUEUE_URL),
  backOff: exponential(15 * 60),
  run: (event) => sendMails(event, sending),
});

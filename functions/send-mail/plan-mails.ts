import type { BusEvent } from '../../shared/contracts/events/event.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { isOutdated } from '../../shared/domain/connection/outdated.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import {
  type Contact,
  type Environment,
  type Locale,
  takesPart,
} from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import { reachableContacts } from '../../shared/domain/environment/undeliverable.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import { connectionIdOf, digest } from '../../shared/platform/ids.ts';
import type { CompanyProgress, Mail, MailFacts } from './content.ts';
import { factsFor } from './event-facts.ts';
import { mailsOf, noContactReachable } from './mails.ts';
import { campaignFacts, isOfCampaign } from './plan-campaign-mails.ts';
import { ago } from './words.ts';

export interface PlannedMail {
  /** The same for every copy of the event: derived from the event, the mail and the addressee. */
  readonly mailId: string;
  readonly eventId: string;
  readonly mail: Mail;
  readonly locale: Locale;
  readonly to: Contact;
  readonly facts: MailFacts;
}

/** Addresses and links that mails mention; a stage's configuration. */
export interface MailSettings {
  readonly appStoreUrl: string;
  readonly supportEmail: string;
  /** Colleagues all get the operators' language. */
  readonly operators: { readonly email: string; readonly locale: Locale };
  readonly productOwner: string;
}

/**
 * Which mails an event asks for now. State is read again: a code that was replaced, or a connection that went on, is
 * not written about any more.
 */
export async function planMails(
  event: BusEvent,
  dependencies: {
    readonly connections: ConnectionRepository;
    readonly environments: EnvironmentRepository;
    readonly campaigns: CampaignRepository;
    readonly settings: MailSettings;
    readonly now: () => Date;
    /** Signs a link to the environment's page. */
    readonly connectUrl: (environment: Environment) => Promise<string>;
  },
): Promise<readonly PlannedMail[]> {
  const answers = mailsOf.get(event['detail-type']);
  if (answers === undefined) throw new PermanentError(`No mail answers ${event['detail-type']}.`);
  const { detail } = event;
  const mails = answers.filter(({ when }) => when?.(detail) ?? true).map(({ mail }) => mail);
  if (mails.length === 0) return [];

  const connection =
    detail.connectionId === undefined ? undefined : await dependencies.connections.find(detail.connectionId);
  if (isOutdated(event['detail-type'], detail, connection, dependencies.now())) return [];
  const environment =
    detail.environmentId === undefined
      ? undefined
      : await dependencies.environments.find(detail.environmentId);
  if (environment === undefined && mails.some(({ audience }) => audience === 'contacts')) {
    throw new PermanentError(
      `Environment ${detail.environmentId} of event ${detail.eventId} does not exist.`,
    );
  }

  if (event['detail-type'] === 'ContactUndeliverable' && isEverybodyReached(environment)) return [];

  const { settings } = dependencies;
  const isToContacts = mails.some(({ audience }) => audience === 'contacts');
  const ofCampaign = isOfCampaign(event)
    ? await campaignFacts(
        event,
        environment,
        isToContacts ? (environment?.locale ?? 'nl') : settings.operators.locale,
        dependencies,
      )
    : {};
  if (ofCampaign === undefined) return [];
  const isOnPage = environment !== undefined && takesPart(environment);
  const connectUrl = isOnPage && isToContacts ? await dependencies.connectUrl(environment) : undefined;
  const standing =
    event['detail-type'] === 'HelpRequested' && environment !== undefined
      ? await standingOf(environment, dependencies.connections)
      : [];
  return mails.flatMap((asked) => {
    const isForNobody =
      asked.audience === 'contacts' &&
      environment !== undefined &&
      reachableContacts(environment).length === 0;
    // Operators heard of these contacts already, and the contact person hears when reminders move nobody.
    if (isForNobody && asked.atMostOnce === true) return [];
    const mail = isForNobody ? noContactReachable : asked;
    const { locale, addressees } = addresseesOf(mail, environment, settings);
    const known = {
      ...factsFor(event, locale, environment, connection, settings),
      ...ofCampaign,
      progress: standing.map(({ changedAt, ...one }) => ({
        ...one,
        since: changedAt === undefined ? '' : ago(changedAt, dependencies.now(), locale),
      })),
    };
    const facts = {
      ...known,
      ...(isForNobody ? { unsentSubject: asked.texts[locale](known).subject } : {}),
      ...(mail.audience === 'contacts' && connectUrl !== undefined ? { connectUrl } : {}),
    };
    return addressees.map((to) => ({
      mailId: digest(detail.eventId, mail.name, to.email.toLowerCase()).slice(0, 40),
      eventId: detail.eventId,
      mail,
      locale,
      to,
      facts,
    }));
  });
}

type Standing = Omit<CompanyProgress, 'since'> & { readonly changedAt: string | undefined };

/** How far each company of the environment is. */
async function standingOf(
  { environmentId, companies }: Environment,
  connections: ConnectionRepository,
): Promise<readonly Standing[]> {
  const own = await connections.findByEnvironment(environmentId);
  return companies.map(({ companyId, name }) => {
    const connectionId = connectionIdOf(environmentId, companyId);
    const connection = own.find((one) => one.connectionId === connectionId);
    const state = connection?.state ?? 'not-requested';
    return { company: name, connectionId, state, changedAt: connection?.changedAt };
  });
}

function addresseesOf(
  { audience }: Mail,
  environment: Environment | undefined,
  { operators, productOwner }: MailSettings,
): { readonly locale: Locale; readonly addressees: readonly Contact[] } {
  switch (audience) {
    case 'operators':
      return { locale: operators.locale, addressees: [{ email: operators.email, name: '' }] };
    case 'product-owner':
      return { locale: operators.locale, addressees: [{ email: productOwner, name: '' }] };
    case 'contact-person':
      return {
        locale: operators.locale,
        addressees: environment === undefined ? [] : [environment.contactPerson],
      };
    case 'contacts':
      return {
        locale: environment?.locale ?? 'nl',
        addressees: environment === undefined ? [] : reachableContacts(environment),
      };
  }
}

/** An operator was faster. */
function isEverybodyReached(environment: Environment | undefined): boolean {
  return environment?.contacts.every(({ undeliverable }) => undeliverable === undefined) ?? true;
}

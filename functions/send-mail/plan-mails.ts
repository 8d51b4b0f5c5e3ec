import type { BusEvent } from '../../shared/contracts/events/event.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
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
import { ago, inWords } from './compose-mail.ts';
import type { CompanyProgress, Mail, MailFacts } from './content.ts';
import { mailsOf, noContactReachable } from './mails.ts';

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
  readonly operators: { readonly email: string; readonly locale: Locale };
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
  const isOnPage = environment !== undefined && takesPart(environment);
  const connectUrl =
    isOnPage && mails.some(({ audience }) => audience === 'contacts')
      ? await dependencies.connectUrl(environment)
      : undefined;
  const standing =
    event['detail-type'] === 'HelpRequested' && environment !== undefined
      ? await standingOf(environment, dependencies.connections)
      : [];
  return mails.flatMap((asked) => {
    const isForNobody =
      asked.audience === 'contacts' &&
      environment !== undefined &&
      reachableContacts(environment).length === 0;
    const mail = isForNobody ? noContactReachable : asked;
    const { locale, addressees } = addresseesOf(mail, environment, settings);
    const known = {
      ...factsFor(event, locale, environment, connection, settings),
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
function standingOf(
  { environmentId, companies }: Environment,
  connections: ConnectionRepository,
): Promise<readonly Standing[]> {
  return Promise.all(
    companies.map(async ({ companyId, name }) => {
      const connectionId = connectionIdOf(environmentId, companyId);
      const connection = await connections.find(connectionId);
      const state = connection?.state ?? 'not-requested';
      return { company: name, connectionId, state, changedAt: connection?.changedAt };
    }),
  );
}

function addresseesOf(
  { audience }: Mail,
  environment: Environment | undefined,
  { operators }: MailSettings,
): { readonly locale: Locale; readonly addressees: readonly Contact[] } {
  if (audience === 'operators') {
    return { locale: operators.locale, addressees: [{ email: operators.email, name: '' }] };
  }
  return {
    locale: environment?.locale ?? 'nl',
    addressees: environment === undefined ? [] : reachableContacts(environment),
  };
}

/** An operator was faster. */
function isEverybodyReached(environment: Environment | undefined): boolean {
  return environment?.contacts.every(({ undeliverable }) => undeliverable === undefined) ?? true;
}

function factsFor(
  event: BusEvent,
  locale: Locale,
  environment: Environment | undefined,
  connection: Connection | undefined,
  settings: MailSettings,
): MailFacts {
  const { detail } = event;
  const company = environment?.companies.find(
    (one) => one.companyId === (connection?.companyId ?? detail.companyId),
  );
  const code = connection?.invitationCode;
  return {
    environmentName: environment?.name ?? '',
    environmentId: environment?.environmentId ?? '',
    companyName: company?.name ?? environment?.name ?? '',
    severalCompanies: (environment?.companies.length ?? 0) > 1,
    contactPerson: environment === undefined ? '' : nameAndAddress(environment.contactPerson),
    supportEmail: settings.supportEmail,
    appStoreUrl: settings.appStoreUrl,
    code: code?.code ?? '',
    expiresAt: code === undefined ? '' : inWords(code.expiresAt, locale),
    reason: detail.reason ?? (typeof detail.topic === 'string' ? detail.topic : ''),
    tenantIdStart: connection?.tenantId?.slice(0, 8) ?? '',
    connectionId: connection?.connectionId ?? '',
    ticketId: typeof detail.ticketKey === 'string' ? detail.ticketKey.replace(/^[^:]*:/, '') : '',
    connections: (environment?.companies ?? []).map(
      ({ companyId, name }) => `${connectionIdOf(environment?.environmentId ?? '', companyId)} · ${name}`,
    ),
    unmappedAdministrations: (environment?.administrations ?? [])
      .filter(({ connectionId }) => connectionId === undefined)
      .map(({ administrationId, name }) => `${administrationId} · ${name}`),
    undeliverableContacts: (environment?.contacts ?? [])
      .filter(({ undeliverable }) => undeliverable !== undefined)
      .map(nameAndAddress),
    reachableContacts: environment === undefined ? 0 : reachableContacts(environment).length,
    aboutCompany: (detail.companyId !== undefined && company?.name) || '',
    progress: [],
    contacts: (environment?.contacts ?? []).map(nameAndAddress),
    unsentSubject: '',
  };
}

function nameAndAddress({ name, email }: Contact): string {
  return name === '' ? email : `${name} (${email})`;
}

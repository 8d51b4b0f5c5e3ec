import type { BusEvent } from '../../shared/contracts/events/event.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import { inWords } from '../../shared/domain/environment/dutch-time.ts';
import {
  type Environment,
  type Locale,
  nameAndAddress,
} from '../../shared/domain/environment/environment.ts';
import { reachableContacts } from '../../shared/domain/environment/undeliverable.ts';
import { connectionIdOf } from '../../shared/platform/ids.ts';
import { noReminder } from './campaign-facts.ts';
import type { MailFacts } from './content.ts';

/** What an event, its environment and its connection say by themselves. */
export function factsFor(
  event: BusEvent,
  locale: Locale,
  environment: Environment | undefined,
  connection: Connection | undefined,
  settings: { readonly supportEmail: string; readonly appStoreUrl: string },
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
    reminder: noReminder,
  };
}

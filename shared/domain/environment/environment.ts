import type { HistoryEntry } from '../history/entry.ts';

/** One customer's Spend Cloud environment as an operator or the import registered it. */
export interface Environment {
  /** Lower-case letters, digits and dashes. */
  readonly environmentId: string;
  readonly name: string;
  readonly locale: Locale;
  readonly contacts: readonly Contact[];
  readonly contactPerson: Contact;
  readonly exportFormats: readonly string[];
  readonly companies: readonly Company[];
  readonly administrations: readonly Administration[];
  /** Of the connect links that open its page; absent while none was ever revoked. */
  readonly linkGeneration?: number;
  readonly version: number;
  readonly changedAt: string;
}

export const locales = ['nl', 'en'] as const;
export type Locale = (typeof locales)[number];

export interface Contact {
  readonly email: string;
  readonly name: string;
  /** Mails do not reach him for good; none is sent any more until an operator registers another address. */
  readonly undeliverable?: { readonly reason: UndeliverableReason; readonly at: string };
}

export const undeliverableReasons = ['bounce', 'complaint'] as const;
export type UndeliverableReason = (typeof undeliverableReasons)[number];

export interface Company {
  readonly companyId: string;
  readonly name: string;
  /** Normalised; absent while no operator or import has registered it. What a customer says is no registration. */
  readonly corporateId?: string;
}

export interface Administration {
  readonly administrationId: string;
  readonly name: string;
  /** The connection it is exported through, `none` when it is not exported to Visma.net, absent while unmapped. */
  readonly connectionId?: string;
}

/** The value of `connectionId` for an administration that is not exported to Visma.net. */
export const notExported = 'none';

/** Only environments with this export format take part (vendor's article). */
export const vismaExportFormat = 'Visma.net Financials';

export function takesPart(environment: Pick<Environment, 'exportFormats'>): boolean {
  return environment.exportFormats.some(
    (format) => format.trim().toLowerCase() === vismaExportFormat.toLowerCase(),
  );
}

/** The generation of links that counts. */
export function linkGenerationOf({ linkGeneration = 1 }: Pick<Environment, 'linkGeneration'>): number {
  return linkGeneration;
}

/** So that a reader knows him and can reach him. */
export function nameAndAddress({ name, email }: Pick<Contact, 'name' | 'email'>): string {
  return name === '' ? email : `${name} (${email})`;
}

/** One spelling per address: trimmed, lower case. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

export function hasContact(environment: Environment, email: string): boolean {
  return environment.contacts.some((contact) => normaliseEmail(contact.email) === normaliseEmail(email));
}

/** Every administration is mapped or known not to be exported, and at least one belongs to the connection. */
export function isMappingComplete(environment: Environment, connectionId: string): boolean {
  const { administrations } = environment;
  if (administrations.length === 0) return environment.companies.length <= 1;
  return (
    administrations.every((administration) => administration.connectionId !== undefined) &&
    administrations.some((administration) => administration.connectionId === connectionId)
  );
}

export interface EnvironmentChange {
  readonly before: Environment | undefined;
  readonly after: Environment;
  readonly entries: readonly HistoryEntry[];
  /** Connections whose state allowed the change: it is refused when one has changed since. */
  readonly decidedOn?: readonly { readonly connectionId: string; readonly version: number }[];
  readonly deliveryKey?: string;
}

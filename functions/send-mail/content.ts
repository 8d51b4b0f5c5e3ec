import type { ConnectionState } from '../../shared/domain/connection/connection.ts';
import type { Locale } from '../../shared/domain/environment/environment.ts';
import type { DigestFacts, ReminderFacts } from './campaign-facts.ts';

/** What a mail says, before it has a shape; the layout makes HTML and text of it and encodes every value. */
export interface MailContent {
  readonly subject: string;
  /** The line that an inbox shows beside the subject. */
  readonly preheader: string;
  readonly title: string;
  readonly intro: readonly string[];
  readonly code?: { readonly label: string; readonly value: string; readonly note: string };
  readonly steps?: { readonly heading: string; readonly items: readonly string[] };
  /** A picture that is drawn with table cells: mail clients show no SVG. */
  readonly chart?: {
    readonly heading: string;
    readonly columns: { readonly day: string; readonly left: string; readonly planned: string };
    readonly rows: readonly { readonly day: string; readonly left: number; readonly planned: number }[];
    readonly note: string;
  };
  readonly facts?: readonly { readonly label: string; readonly value: string }[];
  readonly outro: readonly string[];
}

/** What mails may tell of. Absent where the event has no such thing. */
export interface MailFacts {
  readonly environmentName: string;
  readonly companyName: string;
  /** More than one company is onboarded for this environment: then each mail says which one it is about. */
  readonly severalCompanies: boolean;
  /** Name and address, so that the customer can reach him. */
  readonly contactPerson: string;
  readonly supportEmail: string;
  readonly appStoreUrl: string;
  /** The environment's connect page by a link of its own; absent for operators and for who takes no part. */
  readonly connectUrl?: string;
  readonly code: string;
  /** In words, in the mail's language and in Dutch time. */
  readonly expiresAt: string;
  readonly reason: string;
  /**
   * The first eight characters of the tenant ID in hand: enough to recognise it, not enough to be taken for one. The last
   * would not do: Visma's tenant IDs are of UUID version 1 in part (visma.md 0) and those end alike.
   */
  readonly tenantIdStart: string;
  readonly connectionId: string;
  readonly environmentId: string;
  /** As the ticket system counts, without the system's name: what `request-code --ticket` takes. */
  readonly ticketId: string;
  /** The environment's connections, each `<id> · <company>`. */
  readonly connections: readonly string[];
  /** Administrations without a connection, each `<id> · <name>`. */
  readonly unmappedAdministrations: readonly string[];
  /** Contacts whom mails do not reach, each with address; and how many are left. For operators. */
  readonly undeliverableContacts: readonly string[];
  readonly reachableContacts: number;
  /** The company that help was asked about; empty when it is none in particular. */
  readonly aboutCompany: string;
  /** How far each company is; `since` in words, empty while nobody asked for its code. For operators whom a customer calls. */
  readonly progress: readonly CompanyProgress[];
  /** All registered contacts, each with address. */
  readonly contacts: readonly string[];
  /** Of the mail that nobody was left to get. */
  readonly unsentSubject: string;
  readonly reminder: ReminderFacts;
  /** Of the campaign, for the product owner. */
  readonly digest?: DigestFacts;
}

export interface CompanyProgress {
  readonly company: string;
  readonly connectionId: string;
  readonly state: ConnectionState | 'not-requested';
  readonly since: string;
}

/** One mail in one language. */
export type MailText = (facts: MailFacts) => MailContent;

export interface MailAttachment {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: string;
}

/** `contact-person`: the consultant of the environment. `product-owner`: who answers for the campaign. */
type Audience = 'contacts' | 'operators' | 'contact-person' | 'product-owner';

export interface Mail {
  readonly name: string;
  readonly audience: Audience;
  readonly texts: Readonly<Record<Locale, MailText>>;
  readonly attachments?: Readonly<Record<Locale, (facts: MailFacts) => readonly MailAttachment[]>>;
  /** A sending whose end nobody knows is not repeated: rather no reminder than two. */
  readonly atMostOnce?: boolean;
}

import type { Contact, Locale } from '../../shared/domain/environment/environment.ts';
import { withSingleStops } from '../../shared/platform/punctuation.ts';
import type { Mail, MailAttachment, MailContent, MailFacts } from './content.ts';
import renderText from './layout/layout.hbs';
import renderHtml from './layout/layout.mjml';

interface Phrases {
  readonly greeting: (name: string) => string;
  readonly closing: string;
  readonly sender: string;
  readonly openPage?: string;
}

/** To colleagues, who are known by name. */
const ofTheOnboarding: Readonly<Record<Locale, Phrases>> = {
  nl: {
    greeting: (name) => (name === '' ? 'Hallo,' : `Hallo ${name},`),
    closing: 'Automatisch bericht van',
    sender: 'Visma.net onboarding',
  },
  en: {
    greeting: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    closing: 'Automatic message of',
    sender: 'Visma.net onboarding',
  },
};

const phrases: Readonly<Record<Mail['audience'], Readonly<Record<Locale, Phrases>>>> = {
  contacts: {
    nl: {
      greeting: (name) => `Beste ${name || 'relatie'},`,
      closing: 'Met vriendelijke groet,',
      sender: 'Spend Cloud Support',
      openPage: 'Open uw koppelpagina',
    },
    en: {
      greeting: (name) => (name === '' ? 'Hello,' : `Dear ${name},`),
      closing: 'Kind regards,',
      sender: 'Spend Cloud Support',
      openPage: 'Open your connection page',
    },
  },
  operators: {
    nl: { greeting: () => 'Hallo,', closing: 'Automatisch bericht van', sender: 'Visma.net onboarding' },
    en: { greeting: () => 'Hello,', closing: 'Automatic message of', sender: 'Visma.net onboarding' },
  },
  'contact-person': ofTheOnboarding,
  'product-owner': ofTheOnboarding,
};

export interface ComposedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly MailAttachment[];
}

/** An inbox fills its line from the mail's own text; invisible spaces keep the greeting out of it. */
const preheaderSpace = Array.from({ length: 60 });

/** What an operator runs, up to the end of its sentence. */
const command = /(npm run operator -- .+?)(?=[.,] |\.?$)/;

/** A mail in the addressee's language, as HTML and text. Values are encoded by the HTML template. */
export function composeMail(mail: Mail, locale: Locale, addressee: Contact, facts: MailFacts): ComposedMail {
  const known = onLines(facts);
  const content = punctuated(mail.texts[locale](known));
  const { greeting, closing, sender, openPage } = phrases[mail.audience][locale];
  const button =
    facts.connectUrl === undefined || openPage === undefined
      ? undefined
      : { label: openPage, url: facts.connectUrl };
  const model = { ...content, locale, greeting: greeting(oneLine(addressee.name)), button, closing, sender };
  return {
    subject: oneLine(content.subject),
    html: renderHtml({
      ...model,
      preheaderSpace,
      steps: content.steps && {
        ...content.steps,
        items: content.steps.items.map((item) => partsOf(item, facts.appStoreUrl)),
      },
      chart: content.chart && { ...content.chart, rows: barsOf(content.chart.rows) },
      outro: content.outro.map(commandsIn),
    }),
    text: renderText(model, { helpers: { number: (index) => index + 1 } }),
    attachments: mail.attachments?.[locale](known) ?? [],
  };
}

/** Lengths in percent of the longest; a cell without width would still be drawn. */
function barsOf(rows: NonNullable<MailContent['chart']>['rows']) {
  const most = Math.max(1, ...rows.map(({ left, planned }) => Math.max(left, planned)));
  return rows.map((row) => {
    const filled = Math.round((row.left / most) * 100);
    return { ...row, filled, isEmpty: filled === 0, rest: 100 - filled, isFull: filled === 100 };
  });
}

function punctuated(content: MailContent): MailContent {
  const { intro, steps, outro } = content;
  return {
    ...content,
    intro: intro.map(withSingleStops),
    ...(steps === undefined ? {} : { steps: { ...steps, items: steps.items.map(withSingleStops) } }),
    outro: outro.map(withSingleStops),
  };
}

type Part = { readonly text: string } | { readonly url: string } | { readonly command: string };

/** The HTML template makes a link of our own address in a text, and of no other, and sets commands apart. */
function partsOf(text: string, url: string): readonly Part[] {
  return text
    .split(url)
    .flatMap((part, index) => (index === 0 ? commandsIn(part) : [{ url }, ...commandsIn(part)]));
}

function commandsIn(text: string): readonly Part[] {
  return text.split(command).map((part, index) => (index % 2 === 1 ? { command: part } : { text: part }));
}

/** What customers and ticket systems write stays within its line: else a name could add steps to a mail of ours. */
function onLines(facts: MailFacts): MailFacts {
  return {
    ...facts,
    environmentName: oneLine(facts.environmentName),
    companyName: oneLine(facts.companyName),
    contactPerson: oneLine(facts.contactPerson),
    ticketId: oneLine(facts.ticketId),
    connections: facts.connections.map(oneLine),
    unmappedAdministrations: facts.unmappedAdministrations.map(oneLine),
    undeliverableContacts: facts.undeliverableContacts.map(oneLine),
    aboutCompany: oneLine(facts.aboutCompany),
    progress: facts.progress.map((one) => ({ ...one, company: oneLine(one.company) })),
    contacts: facts.contacts.map(oneLine),
    unsentSubject: oneLine(facts.unsentSubject),
    reminder: { ...facts.reminder, behind: facts.reminder.behind.map(oneLine) },
    ...(facts.digest && {
      digest: {
        ...facts.digest,
        stuck: facts.digest.stuck.map((one) => ({ ...one, name: oneLine(one.name) })),
      },
    }),
  };
}

/** Without line breaks, control characters and reversals of direction; also what a header of a mail must not hold. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

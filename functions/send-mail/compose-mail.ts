import type { Contact, Locale } from '../../shared/domain/environment/environment.ts';
import type { Mail, MailFacts } from './content.ts';
import renderText from './layout/layout.hbs';
import renderHtml from './layout/layout.mjml';

const phrases: Readonly<
  Record<Locale, { greeting: (name: string) => string; closing: string; sender: string }>
> = {
  nl: {
    greeting: (name) => `Beste ${name || 'relatie'},`,
    closing: 'Met vriendelijke groet,',
    sender: 'Spend Cloud Support',
  },
  en: {
    greeting: (name) => (name === '' ? 'Hello,' : `Dear ${name},`),
    closing: 'Kind regards,',
    sender: 'Spend Cloud Support',
  },
};

export interface ComposedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A mail in the addressee's language, as HTML and text. Values are encoded by the HTML template. */
export function composeMail(mail: Mail, locale: Locale, addressee: Contact, facts: MailFacts): ComposedMail {
  const content = mail.texts[locale](facts);
  const { greeting, closing, sender } = phrases[locale];
  const model = { ...content, locale, greeting: greeting(addressee.name), closing, sender };
  return {
    subject: oneLine(content.subject),
    html: renderHtml(model),
    text: renderText(model, { helpers: { number: (index) => index + 1 } }),
  };
}

/** A name with a line break in it must not become a header of the mail. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** An instant in words, in the customer's language and Dutch time. */
export function inWords(instant: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'nl' ? 'nl-NL' : 'en-GB', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: 'Europe/Amsterdam',
  }).format(new Date(instant));
}

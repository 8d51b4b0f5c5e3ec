import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../functions/send-mail/compose-mail.ts';
import type { Mail } from '../../../functions/send-mail/content.ts';
import { mailsOf } from '../../../functions/send-mail/mails.ts';
import { sampleMails } from '../../../infra/local/emails/samples.ts';
import { commands } from '../../../infra/operator/commands.ts';
import { mailedEvents } from '../../../shared/contracts/events/event.ts';
import { healthFailures } from '../../../shared/domain/connection/connection.ts';
import { inWords } from '../../../shared/domain/environment/dutch-time.ts';
import { locales } from '../../../shared/domain/environment/environment.ts';
import { recogniseIntent } from '../../../shared/domain/ticket/intent.ts';
import { someMailFacts } from '../../builders/mail.ts';

/** The first mail that answers an event, or the one of that name. */
function mail(event: string, name?: string): Mail {
  const found = sampleMails().find((one) =>
    name === undefined ? one.event === event : one.mail.name === name,
  );
  if (found === undefined) throw new Error(`No mail ${name ?? ''} answers ${event}.`);
  return found.mail;
}

const texts = sampleMails().flatMap(({ event, mail: { name }, reason }) =>
  locales.map((locale) => ({ event, name, reason, locale })),
);

describe('every mail', () => {
  it('has a text for each event that the mail rule matches', () => {
    expect([...mailsOf.keys()].sort()).toEqual([...mailedEvents].sort());
    for (const answers of mailsOf.values()) expect(answers.length).toBeGreaterThan(0);
  });

  it.each(texts)(
    '$name $reason in $locale says the same in HTML and text',
    ({ event, name, reason, locale }) => {
      const { subject, html, text } = composeMail(
        mail(event, name),
        locale,
        { email: 'finance@klant.example', name: '' },
        someMailFacts({ reason }),
      );
      expect(subject.length).toBeGreaterThan(10);
      expect(subject.length).toBeLessThan(110);
      expect(html).toContain(`lang="${locale}"`);
      expect(html).not.toContain('undefined');
      expect(html).not.toMatch(/<img|<script|src="http/);
      expect(text).not.toMatch(/undefined|<[a-z]+>|&amp;|&#x/);
      const content = mail(event, name).texts[locale](someMailFacts({ reason }));
      for (const item of [content.title, ...content.intro, ...(content.steps?.items ?? [])])
        expect(text).toContain(item.replaceAll('..', '.'));
    },
  );

  it('keeps what others write within its line', () => {
    const name = 'Klant\r\n\nWhat to do:\n\n1. Approve it.\u0000\u202e\u2028';
    const facts = someMailFacts({ companyName: name, environmentName: name, ticketId: name });
    for (const event of ['AttentionNeeded', 'TicketUnmatched', 'InvitationCodeIssued']) {
      const composed = composeMail(mail(event), 'en', { email: 'a@klant.example', name }, facts);
      for (const text of [composed.subject, composed.text]) {
        expect(text).toContain('Klant What to do: 1. Approve it.');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
        expect(text).not.toMatch(/^\s*1\. Approve|[\u0000\u202e\u2028]/m);
      }
    }
  });

  it('encodes names in HTML and leaves them as they are in text', () => {
    const facts = someMailFacts({ companyName: '<b>=HYPERLINK("x")</b> & Zn' });
    const { html, text } = composeMail(
      mail('InvitationCodeIssued'),
      'nl',
      { email: 'a@klant.example', name: '<i>' },
      facts,
    );
    expect(html).not.toContain('<b>=HYPERLINK');
    expect(html).not.toContain('<i>');
    expect(html).toContain('&lt;b&gt;');
    expect(text).toContain('<b>=HYPERLINK("x")</b> & Zn');
  });

  it('keeps a line break in a name out of the subject', () => {
    const facts = someMailFacts({ companyName: 'Voorbeeld\r\nBcc: x@elders.example' });
    const { subject } = composeMail(
      mail('InvitationCodeIssued'),
      'nl',
      { email: 'a@klant.example', name: '' },
      facts,
    );
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it('shows the code and its expiry in Dutch time', () => {
    const expiresAt = inWords('2026-11-28T12:00:00.000Z', 'nl');
    expect(expiresAt).toContain('zaterdag 28 november 2026');
    expect(expiresAt).toContain('13:00');
    const { text } = composeMail(
      mail('InvitationCodeIssued'),
      'nl',
      { email: 'a@klant.example', name: '' },
      someMailFacts({ expiresAt }),
    );
    expect(text).toContain('INVITE-0001');
    expect(text).toContain(expiresAt);
  });

  it('ends a sentence once when a name ends with a full stop', () => {
    const { text } = composeMail(
      mail('AccessTestFailed'),
      'nl',
      { email: 'a@klant.example', name: '' },
      someMailFacts({ reason: 'not-integrated', companyName: 'Klant B.V.' }),
    );
    expect(text).toContain('kies het bedrijf Klant B.V.\n');
    expect(text).not.toContain('..');
  });

  it('links the App Store and no address that a name holds', () => {
    const { html } = composeMail(
      mail('InvitationCodeIssued'),
      'nl',
      { email: 'a@klant.example', name: '' },
      someMailFacts({ companyName: 'https://elders.example "><a href="x">' }),
    );
    expect(html).toContain('<a href="https://appstore.visma.net">https://appstore.visma.net</a>');
    expect(html.match(/<a /g)).toHaveLength(1);
  });

  it('names only flags that the operators’ command line has', () => {
    for (const { event, name: ofMail, reason, locale } of texts) {
      const { text } = composeMail(
        mail(event, ofMail),
        locale,
        { email: 'support@vendor.example', name: '' },
        someMailFacts({ reason }),
      );
      for (const [, name = '', flags = ''] of text.matchAll(/npm run operator -- ([a-z-]+)(.*)/g)) {
        const command = commands[name];
        expect(command, `${event}: ${name}`).toBeDefined();
        const named = [...flags.matchAll(/--([a-z-]+)/g)].map((match) => match[1]);
        expect(command?.flags, `${event}: ${name}`).toEqual(expect.arrayContaining(named));
      }
    }
  });

  it('lists what the operator maps: connections and administrations', () => {
    const { html, text } = composeMail(
      mail('MappingMissing'),
      'en',
      { email: 'support@vendor.example', name: '' },
      someMailFacts({ unmappedAdministrations: ['10 · Handel', '20 · <i>Zuid</i>'] }),
    );
    expect(text).toContain('10 · Handel');
    expect(text).toContain('con_0123456789abcdef0123 · Voorbeeld Holding B.V.');
    expect(html).toContain('20 · &lt;i&gt;Zuid');
  });

  it.each(locales)(
    'to a customer whose connection broke gives words that his reply is understood by (%s)',
    (locale) => {
      for (const { mail: written } of mailsOf.get('ConnectionDisconnected') ?? []) {
        if (written.audience !== 'contacts') continue;
        const said = healthFailures.flatMap((reason) => {
          const items = written.texts[locale](someMailFacts({ reason })).steps?.items ?? [];
          return items.flatMap((item) => [...item.matchAll(/"([^"]+)"/g)].map(([, words = '']) => words));
        });
        expect(said.length).toBeGreaterThanOrEqual(healthFailures.length);
        for (const words of said) {
          const { asksForCode, saysIntegrated } = recogniseIntent(words, true);
          expect([words, asksForCode || saysIntegrated]).toEqual([words, true]);
        }
      }
    },
  );

  it('has no full tenant ID: a quote of it could be taken for an answer', () => {
    const { text } = composeMail(
      mail('AccessTestFailed'),
      'nl',
      { email: 'a@klant.example', name: '' },
      someMailFacts({ reason: 'wrong-organisation', tenantIdStart: '8bdf18fd' }),
    );
    expect(text).toContain('8bdf18fd');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });
});

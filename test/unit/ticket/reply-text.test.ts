import { describe, expect, it } from 'vitest';
import { stripQuotedHistory } from '../../../shared/domain/ticket/reply-text.ts';

const fresh = '8bdf18fd-21cc-11e9-b307-0aa512338dd6';
const old = '1c0e7f52-3b44-11ee-9a5e-0242ac120002';

/** The styles of the reply-text lab (tickets.md 6): a new UUID on top, an old one in the quote. */
const styles: Readonly<Record<string, string>> = {
  'Gmail, Dutch': `Hier is het tenant ID: ${fresh}\n\nOp ma 23 nov 2026 om 10:00 schreef Support <support@vendor.example>:\n> Is het ${old}?`,
  'Gmail, Dutch, wrapped': `${fresh}\n\nOp ma 23 nov 2026 om 10:00 schreef Support van de leverancier <\nsupport@vendor.example>:\n\n> Is het ${old}?`,
  'Gmail, English': `${fresh}\n\nOn Mon, Nov 23, 2026 at 10:00 AM Support <support@vendor.example> wrote:\n\n> Is it ${old}?`,
  'Gmail, English, wrapped': `${fresh}\n\nOn Mon, Nov 23, 2026 at 10:00 AM Support <support@vendor.example>\nwrote:\n\n> ${old}`,
  'Outlook, Dutch, with address': `${fresh}\n\nVan: Support <support@vendor.example>\nVerzonden: maandag 23 november 2026 10:00\nAan: finance@klant.example\nOnderwerp: Tenant ID\n\n${old}`,
  'Outlook, Dutch, without address': `${fresh}\n\nVan: Support\nVerzonden: maandag 23 november 2026 10:00\nAan: Finance\nOnderwerp: Tenant ID\n\n${old}`,
  'Outlook, Dutch, bold': `${fresh}\n\n*Van:* Support <support@vendor.example>\n*Verzonden:* maandag 23 november 2026 10:00\n*Aan:* finance@klant.example\n*Onderwerp:* Tenant ID\n\n${old}`,
  'Outlook, bold around name': `${fresh}\n\n**Van**: Support\n**Verzonden**: maandag\n\n${old}`,
  'Outlook, English': `${fresh}\n\nFrom: Support\nSent: Monday, November 23, 2026 10:00\nTo: Finance\nSubject: Tenant ID\n\n${old}`,
  'Apple, Dutch': `${fresh}\n\n> Op 23 nov 2026, om 10:00 heeft Support <support@vendor.example> het volgende geschreven:\n> \n> ${old}`,
  'Apple, Dutch, heading unquoted': `${fresh}\n\nOp 23 nov 2026, om 10:00 heeft Support <support@vendor.example> het volgende geschreven:\n\n${old}`,
  'Zoho, English': `${fresh}\n\n---- On Mon, 23 Nov 2026 10:00:00 +0100 support@vendor.example wrote ----\n\n${old}`,
  'Zoho, Dutch': `${fresh}\n\n---- Op ma, 23 nov. 2026 10:00:00 +0100 support@vendor.example schreef ----\n\n${old}`,
  'original message, Dutch': `${fresh}\n\n-----Oorspronkelijk bericht-----\nVan: Support\n\n${old}`,
  'original message, English': `${fresh}\n\n-----Original Message-----\nFrom: Support\n\n${old}`,
  'Windows line ends': `${fresh}\r\n\r\nVan: Support\r\nVerzonden: maandag\r\n\r\n${old}`,
  'quote first, answer below': `Op ma 23 nov 2026 om 10:00 schreef Support <support@vendor.example>:\n> Is het ${old}?\n\nNee: ${fresh}`,
};

describe('stripping quoted history', () => {
  for (const [style, text] of Object.entries(styles)) {
    it(`keeps the new and drops the old: ${style}`, () => {
      const stripped = stripQuotedHistory(text);
      expect(stripped).toContain(fresh);
      expect(stripped).not.toContain(old);
    });
  }

  it.each([
    'Van onze kant is alles klaar.\nHet tenant ID is bekend.',
    'Van: dat weten wij niet zeker, maar het werkt.',
    'Op maandag hebben wij het geprobeerd.\nGroet',
    'From my side: all good.\nThanks',
    'De directeur schreef ons dit nummer.',
  ])('leaves a plain message as it is: %s', (text) => {
    expect(stripQuotedHistory(text)).toBe(text);
  });

  it('takes time in proportion to the length of a hostile message', () => {
    const hostile = `${'Op '.repeat(30_000)}\n${'>'.repeat(50_000)}\n${'-'.repeat(50_000)}`;
    expect(stripQuotedHistory(hostile).length).toBeGreaterThan(0);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeAnswer } from '../../../functions/answer-ticket/compose-answer.ts';
import { speakableName } from '../../../functions/answer-ticket/speakable-name.ts';
import { answeredEvents } from '../../../shared/contracts/events/event.ts';
import { accessTestFailures } from '../../../shared/domain/connection/connection.ts';
import { unmatchedReasons } from '../../../shared/domain/delivery/repository.ts';
import { locales } from '../../../shared/domain/environment/environment.ts';
import { recogniseIntent } from '../../../shared/domain/ticket/intent.ts';
import { stripQuotedHistory } from '../../../shared/domain/ticket/reply-text.ts';
import { digest } from '../../../shared/platform/ids.ts';

const reasons = accessTestFailures.filter((reason) => reason !== 'client-rejected');
const standings = [
  { turn: 'nobody', activeCompanies: 1, companies: 1 },
  { turn: 'nobody', activeCompanies: 3, companies: 3 },
  { turn: 'customer', activeCompanies: 1, companies: 3 },
] as const;
const answerId = digest('some answer').slice(0, 40);

const every = locales.flatMap((locale) =>
  answeredEvents.flatMap((about) =>
    reasons.flatMap((reason) =>
      standings.map((standing) => ({
        locale,
        about,
        reason,
        standing,
        companyName: 'Voorbeeld Holding B.V.',
      })),
    ),
  ),
);

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const link = /\w:\/|\/\/|www\.|@/i;

describe('the texts', () => {
  it.each(locales)('are what happened, one sentence of what is next, and the reference: %s', (locale) => {
    for (const { about, locale: _locale, ...facts } of every) {
      const { text } = composeAnswer(about, { answerId, locale, facts });
      const [greeting, happened, next, reference, ...more] = text.split('\n\n');
      expect(more).toEqual([]);
      expect(greeting).toMatch(/^\w+,$/);
      for (const part of [happened, next]) {
        expect(part).toMatch(/^[A-Z].*\.$/);
        expect(part?.length).toBeLessThan(260);
      }
      // A name may end in a full stop; no sentence of ours follows another one.
      expect(next).not.toMatch(/[.!?]\s+[A-Z]/);
      expect(reference).toBe(`${locale === 'nl' ? 'Kenmerk' : 'Reference'}: ${answerId.slice(0, 10)}`);
    }
  });

  it('hold no code, link, UUID or address, whatever the companies are called', () => {
    const code = fc.stringMatching(/^[A-Z0-9]{4}-?[A-Z0-9]{4,8}$/);
    const nasty = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.uuid(),
      fc.webUrl(),
      fc.emailAddress(),
      fc.constantFrom('www.klant.example', 'HTTPS://klant.example', 'javascript:/x', '//klant.example/pad'),
      fc.constant('CODE'),
    );
    const names = fc.array(nasty, { minLength: 1, maxLength: 3 });
    const property = fc.property(
      fc.constantFrom(...every),
      names,
      fc.constantFrom(' ', '', '\n', '\u200b'),
      code,
      ({ about, locale, ...facts }, parts, between, secret) => {
        const name = parts.map((part) => (part === 'CODE' ? secret : part)).join(between);
        const companyName = speakableName(name, [secret]);
        const { text } = composeAnswer(about, { answerId, locale, facts: { ...facts, companyName } });
        expect(text).not.toMatch(uuid);
        expect(text).not.toMatch(link);
        expect(text).not.toContain(secret);
        expect(text.split('\n\n')).toHaveLength(4);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it('ask for nothing and report nothing: read as a customer’s message they have no effect', () => {
    for (const { about, locale, ...facts } of every) {
      const { text } = composeAnswer(about, { answerId, locale, facts });
      for (const isOurTicket of [true, false]) {
        expect([about, text, recogniseIntent(stripQuotedHistory(text), isOurTicket)]).toEqual([
          about,
          text,
          { asksForCode: false, saysIntegrated: false },
        ]);
      }
    }
  });

  it('tell a stranger the same whatever is known of him', () => {
    const told = new Set(
      unmatchedReasons.map((reason) => {
        const facts = { companyName: undefined, reason, standing: standings[0] };
        return composeAnswer('TicketUnmatched', { answerId, locale: 'nl', facts }).text;
      }),
    );
    expect(told.size).toBe(1);
  });
});

describe('a company’s name', () => {
  it.each([
    ['Voorbeeld  Holding\nB.V.', 'Voorbeeld Holding B.V.'],
    ['A/S Nordisk & Zn', 'A/S Nordisk & Zn'],
    ['', undefined],
    ['x'.repeat(81), undefined],
    ['zie https://klant.example', undefined],
    ['finance@klant.example', undefined],
    ['code invite-0001', undefined],
    ['8bdf18fd-21cc-11e9-b307-0aa512338dd6', undefined],
    ['tenant 8bdf18fd-21cc-11e9-b307-0aa512338dd6x', undefined],
    ['８bdf18fd-21cc-11e9-b307-0aa512338dd6', undefined],
    ['Log in op klant.example/login', undefined],
    ['klant．example／login', undefined],
    ['klant.example:8443/login', undefined],
    ['ｈｔｔｐｓ：／／klant.example', undefined],
    ['ＩＮＶＩＴＥ-0001', undefined],
    ['Webwinkel.example B.V./Zn', 'Webwinkel.example B.V./Zn'],
  ])('%j is said as %j', (name, said) => {
    expect(speakableName(name, ['OTHER-1', 'INVITE-0001'])).toBe(said);
  });
});

import { describe, expect, it } from 'vitest';
import { recogniseIntent, speaksOfTenant, subjectAsksForCode } from '../../../shared/domain/ticket/intent.ts';

describe('a request for a code', () => {
  it.each([
    'Graag ontvangen wij een uitnodigingscode voor Visma.net.',
    'Kunnen jullie ons een uitnodigingscode sturen?',
    'Beste support,\n\nWij willen graag overstappen. Mogen we een\nuitnodigingscode ontvangen?\n\nGroet',
    'De uitnodigingscode is verlopen, graag een nieuwe.',
    'Wij hebben nog geen uitnodigingscode ontvangen.',
    'Hierbij vragen wij een koppelcode aan.',
    'Wij willen Visma.net koppelen met Spend Cloud.',
    'Could you send us an invitation code please?',
    'We would like to request an invitation code for two companies.',
    'Please send a new invite code, the old one has expired.',
    'We did not receive an invitation code yet.',
    'We need to connect our Visma.net environment.',
  ])('is recognised: %s', (text) => {
    expect(recogniseIntent(text)).toEqual({ asksForCode: true, saysIntegrated: false });
  });

  it.each([
    'Bedankt voor de uitnodigingscode, we gaan ermee aan de slag.',
    'Wij hebben de uitnodigingscode ontvangen en kunnen verder.',
    'Wij hebben geen uitnodigingscode meer nodig.',
    'Wat is een uitnodigingscode?',
    'Wanneer kunnen wij de uitnodigingscode verwachten?',
    'Ik heb een vraag over de uitnodigingscode, kunt u bellen?',
    'We received the invitation code and can continue.',
    "We don't need an invitation code.",
    'Thanks for the invitation code!',
    'Where do I enter the invitation code?',
    'De koppeling met Visma.net geeft een foutmelding, kunt u kijken?',
    'Connecting to Visma fails with an error, could you connect us to support?',
    'Kunt u de factuur opnieuw sturen?',
    'Please send us the invoice.',
    '',
  ])('is not read into: %s', (text) => {
    expect(recogniseIntent(text).asksForCode).toBe(false);
  });

  it.each(['nieuwe code', 'Mogen we een nieuwe code?', 'new code please', 'Could we have a new code?'])(
    'needs no name on a ticket about our codes: %s',
    (text) => {
      expect(recogniseIntent(text, true).asksForCode).toBe(true);
      expect(recogniseIntent(text, false).asksForCode).toBe(false);
    },
  );

  it.each(['Bedankt voor de code!', 'Welke code bedoelt u?', 'We have entered the code.'])(
    'is not read into what else a ticket about our codes says: %s',
    (text) => {
      expect(recogniseIntent(text, true).asksForCode).toBe(false);
    },
  );

  it('is recognised in the subject of a new ticket only', () => {
    expect(subjectAsksForCode('Aanvraag uitnodigingscode Visma.net')).toBe(true);
    expect(subjectAsksForCode('Invitation code')).toBe(true);
    expect(subjectAsksForCode('RE: Aanvraag uitnodigingscode')).toBe(false);
    expect(subjectAsksForCode('Uitnodigingscode werkt niet')).toBe(false);
    expect(subjectAsksForCode('Factuur')).toBe(false);
  });

  it.each([
    'Automatisch antwoord: Uitnodigingscode Visma.net',
    'Automatic reply: Invitation code Visma.net',
    'Auto: invitation code',
    '[Auto-Reply] Uitnodigingscode Visma.net',
    'Out of Office: Invitation code',
    'Afwezig: uitnodigingscode',
    'Undeliverable: Invitation code',
  ])('is not asked by a machine that answers: %s', (subject) => {
    expect(subjectAsksForCode(subject)).toBe(false);
  });
});

describe('the word that the app is integrated', () => {
  it.each([
    'Ik heb op Integreren geklikt.',
    'Wij hebben zojuist op "Integrate" geklikt',
    'Ik heb geklikt op de knop Integreren.',
    'De app is geïntegreerd in Visma.net.',
    'De integratie is gelukt!',
    'I have clicked Integrate.',
    'I clicked on "Integrate" and accepted the permissions.',
    'We have integrated the app.',
    'The integration is complete.',
  ])('is recognised: %s', (text) => {
    expect(recogniseIntent(text)).toEqual({ asksForCode: false, saysIntegrated: true });
  });

  it.each([
    'Ik heb nog niet op Integreren geklikt.',
    'De integratie is niet gelukt.',
    'Moet ik op Integreren klikken?',
    'Is de integratie gelukt?',
    'Zodra ik op Integreren heb geklikt laat ik het weten.',
    "I haven't clicked Integrate yet.",
    'The integration could not be completed, it failed.',
    'Has the app been integrated?',
    'What happens after I clicked Integrate?',
    'Once we have integrated the app we will tell you.',
  ])('is not read into: %s', (text) => {
    expect(recogniseIntent(text).saysIntegrated).toBe(false);
  });
});

it('knows when a text speaks of a tenant', () => {
  expect(speaksOfTenant('Ons Tenant-ID is bijgevoegd')).toBe(true);
  expect(speaksOfTenant('De factuur is bijgevoegd')).toBe(false);
});

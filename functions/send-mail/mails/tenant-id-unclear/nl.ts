import type { MailText } from '../../content.ts';

export const tenantIdUnclearNl: MailText = (facts) => ({
  subject: 'Voor welk bedrijf is deze Tenant ID?',
  preheader: 'Wij konden uw bericht niet met zekerheid aan één bedrijf koppelen.',
  title: 'Voor welk bedrijf is deze Tenant ID?',
  intro: [
    'Wij hebben uw bericht ontvangen, maar kunnen er niet met zekerheid één Tenant ID voor één bedrijf uit halen. Wij gokken niet: daarom vragen wij het u.',
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      'Stuur per bedrijf een apart bericht met één Tenant ID, zonder eerdere berichten eronder.',
      'Controleer dat u in de App Store eerst het juiste bedrijf heeft gekozen en op Integrate heeft geklikt.',
    ],
  },
  outro: [`Komt u er niet uit? ${facts.contactPerson} helpt u graag.`],
});

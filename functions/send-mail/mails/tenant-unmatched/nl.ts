import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'nobody-waits': 'Geen koppeling wacht op het bedrijf dat daar gelezen is.',
  'identity-unclear': 'Het gelezen bedrijf hoort niet met zekerheid bij één registratie.',
  'not-confirmed': 'De melding kon niet met een token en een lezing worden bevestigd.',
};

export const tenantUnmatchedNl: MailText = (facts) => ({
  subject: 'Visma meldt een koppeling die bij niemand past',
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'Een melding van Visma past bij geen koppeling',
  intro: [
    `Visma meldde dat Spend Cloud ergens is gekoppeld. ${meanings[facts.reason] ?? facts.reason}`,
    'De melding is bewaard. Stuurt de klant de Tenant ID alsnog, dan gaat het vanzelf verder.',
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      'Zoek in het Visma Developer Portal, tabblad Customers, welke organisatie er net bij kwam.',
      'Is het een klant die op zijn koppeling wacht? npm run operator -- submit-tenant-id KOPPELING TENANT-ID. Die wordt getest als elke andere.',
      'Is het niemand die u verwacht? Dan hoeft u niets te doen: er is niets gekoppeld.',
    ],
  },
  outro: [],
});

import type { MailText } from '../../content.ts';

export const connectionRejectedNl: MailText = (facts) => ({
  subject: `Stuur ons een andere Tenant ID (${facts.companyName})`,
  preheader: 'De gestuurde Tenant ID hoort niet bij dit bedrijf.',
  title: 'Stuur ons een andere Tenant ID',
  intro: [
    `Een medewerker heeft de gestuurde Tenant ID bekeken. Hij hoort niet bij ${facts.companyName}; wij koppelen hem niet.`,
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      `Kies in de Visma App Store (${facts.appStoreUrl}) het bedrijf ${facts.companyName}.`,
      `Kopieer de Tenant ID rechtsboven en antwoord daarmee op uw ticket of stuur hem naar ${facts.supportEmail}.`,
    ],
  },
  outro: [],
});

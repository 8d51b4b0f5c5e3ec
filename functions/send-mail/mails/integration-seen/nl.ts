import type { MailText } from '../../content.ts';

export const integrationSeenNl: MailText = (facts) => ({
  subject: `Nog één stap: stuur ons de Tenant ID (${facts.companyName})`,
  preheader: 'Spend Cloud is gekoppeld. Alleen de Tenant ID ontbreekt nog.',
  title: 'Nog één stap: de Tenant ID',
  intro: [
    `Bij ons is bekend dat Spend Cloud voor ${facts.companyName} is gekoppeld in de Visma App Store. Alleen de Tenant ID van dit bedrijf ontbreekt nog: daarmee testen wij de toegang.`,
  ],
  steps: {
    heading: 'Waar u de Tenant ID vindt',
    items: [
      `Log in op de Visma App Store (${facts.appStoreUrl}) en kies rechtsboven het bedrijf ${facts.companyName}: het bedrijf zelf, niet de klant (Customer) met dezelfde naam.`,
      'Klik rechtsboven op uw naam en kopieer de Tenant ID.',
      `Antwoord daarmee op uw ticket of stuur hem naar ${facts.supportEmail}.`,
    ],
  },
  outro: ['Heeft u hem al gestuurd? Dan hoeft u niets meer te doen.'],
});

import type { MailText } from '../../content.ts';

export const connectLinkNl: MailText = (facts) => ({
  subject: `Uw koppelpagina voor Visma.net (${facts.environmentName})`,
  preheader: 'Met deze nieuwe link opent u uw koppelpagina.',
  title: 'Uw nieuwe link',
  intro: [
    `Er is een nieuwe link gevraagd naar de koppelpagina van ${facts.environmentName}. Daar ziet u hoe ver u bent met Visma.net en wat u nu doet.`,
  ],
  outro: [
    'Deel de link alleen met collega’s die de koppeling maken. Heeft u niet om een link gevraagd? Dan hoeft u niets te doen.',
  ],
});

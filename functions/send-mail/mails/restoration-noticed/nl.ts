import type { MailText } from '../../content.ts';

export const restorationNoticedNl: MailText = (facts) => ({
  subject: `Koppeling hersteld: ${facts.companyName}`,
  preheader: 'De koppeling is opnieuw getest en weer actief.',
  title: 'Een verbroken koppeling werkt weer',
  intro: [
    'De koppeling is opnieuw getest en weer actief. Spend Cloud weet het en de contacten van de klant krijgen een mail. U hoeft niets te doen.',
  ],
  facts: [
    { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
    { label: 'Bedrijf', value: facts.companyName },
    { label: 'Koppeling', value: facts.connectionId },
  ],
  outro: [],
});

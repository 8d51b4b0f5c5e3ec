import type { MailText } from '../../content.ts';

export const stockEmptyNl: MailText = (facts) => ({
  subject: `De uitnodigingscodes zijn op: ${facts.companyName} wacht`,
  preheader: 'Maak codes in het Developer Portal en voeg ze toe.',
  title: 'De uitnodigingscodes zijn op',
  intro: [
    `${facts.companyName} (${facts.environmentName}) vroeg om een code, maar er is er geen met genoeg geldigheid.`,
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      'Maak in het Visma Developer Portal nieuwe uitnodigingscodes en noteer van elke code de echte vervaldatum.',
      'Voeg ze toe: npm run operator -- add-codes --file codes.csv, met op elke regel code;vervaldatum, bijvoorbeeld ABC-123;2026-12-01T12:00:00Z.',
      'Wie wacht krijgt zijn code vanzelf.',
    ],
  },
  outro: [],
});

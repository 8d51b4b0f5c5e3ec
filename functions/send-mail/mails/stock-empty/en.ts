import type { MailText } from '../../content.ts';

export const stockEmptyEn: MailText = (facts) => ({
  subject: `Out of invitation codes: ${facts.companyName} is waiting`,
  preheader: 'Generate codes in the Developer Portal and add them.',
  title: 'Out of invitation codes',
  intro: [
    `${facts.companyName} (${facts.environmentName}) asked for a code, but none with enough life left is in stock.`,
  ],
  steps: {
    heading: 'What to do',
    items: [
      'Generate new invitation codes in the Visma Developer Portal and note the real expiry of each.',
      'Add them: npm run operator -- add-codes --file codes.csv, with code;expiry on each line, e.g. ABC-123;2026-12-01T12:00:00Z.',
      'Whoever is waiting gets a code without further action.',
    ],
  },
  outro: [],
});

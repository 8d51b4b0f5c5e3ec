import type { MailText } from '../../content.ts';

export const mappingMissingEn: MailText = (facts) => ({
  subject: `Map the administrations: ${facts.environmentName}`,
  preheader: `Access to ${facts.companyName} is tested; only the mapping is missing.`,
  title: 'Map the administrations',
  intro: [
    `Access to ${facts.companyName} is tested. ${facts.environmentName} has several companies: each administration must be mapped to one connection before anything is activated.`,
  ],
  facts: [
    { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
    { label: 'Connection', value: facts.connectionId },
  ],
  steps: {
    heading: 'What to do',
    items: [
      `npm run operator -- map ${facts.environmentId} --set ADMINISTRATION=CONNECTION (or =none where nothing is exported to Visma.net)`,
    ],
  },
  outro: [],
});

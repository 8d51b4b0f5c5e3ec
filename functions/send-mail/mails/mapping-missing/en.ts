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
    ...facts.connections.map((value) => ({ label: 'Connection', value })),
    ...facts.unmappedAdministrations.map((value) => ({ label: 'Administration', value })),
  ],
  steps: {
    heading: 'What to do',
    items: [
      ...(facts.unmappedAdministrations.length === 0
        ? ['No administration is without a connection: add the missing ones with register-environment.']
        : []),
      `npm run operator -- map ${facts.environmentId} --administration ADMINISTRATION=CONNECTION. Repeat --administration for each administration above, with =none where nothing is exported to Visma.net.`,
      `Each connection needs one administration at least, ${facts.connectionId} too. All goes on from there by itself.`,
    ],
  },
  outro: [],
});

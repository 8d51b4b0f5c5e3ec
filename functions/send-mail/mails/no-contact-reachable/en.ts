import type { MailText } from '../../content.ts';

export const noContactReachableEn: MailText = (facts) => ({
  subject: `Mail not sent: ${facts.environmentName} has no contact within reach`,
  preheader: facts.unsentSubject,
  title: 'A mail to a customer was not sent',
  intro: [
    `${facts.environmentName} has no contact whom our mails reach. So the customer does not know what this mail would have said.`,
  ],
  facts: [
    { label: 'Mail', value: facts.unsentSubject },
    { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
    ...(facts.connectionId === '' ? [] : [{ label: 'Connection', value: facts.connectionId }]),
    ...facts.undeliverableContacts.map((value) => ({ label: 'Out of reach', value })),
    { label: 'Consultant', value: facts.contactPerson },
  ],
  steps: {
    heading: 'What to do',
    items: [
      'Ask the customer for an address that works, by other means than mail, and tell what the mail was about.',
      'Register the environment with that address: npm run operator -- register-environment --file environment.json',
      `The mail was about a code? Send it again: npm run operator -- request-code ${facts.environmentId}`,
    ],
  },
  outro: [],
});

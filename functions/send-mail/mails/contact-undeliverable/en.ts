import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  bounce: 'The customer’s mail server refuses mails to this address for good.',
  complaint: 'The addressee reported a mail of ours as spam.',
};

export const contactUndeliverableEn: MailText = (facts) => ({
  subject: `Contact out of reach: ${facts.environmentName}`,
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'A contact is out of reach',
  intro: [
    `${meanings[facts.reason] ?? facts.reason} We send no more mails to this address.`,
    facts.reachableContacts === 0
      ? 'There is no other contact: nobody at this customer gets our mails. You will hear of every mail that is not sent because of it.'
      : 'The other contacts get the same mails, the one that this is about too.',
  ],
  facts: [
    { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
    ...facts.undeliverableContacts.map((value) => ({ label: 'Out of reach', value })),
    { label: 'Within reach', value: String(facts.reachableContacts) },
    { label: 'Consultant', value: facts.contactPerson },
  ],
  steps: {
    heading: 'What to do',
    items: [
      'Ask the customer for the right address, by other means than mail.',
      'Register the environment with the new address: npm run operator -- register-environment --file environment.json',
      'The same address works again? Remove it from the suppression list of SES, register the environment without the address and then with it.',
      `The customer missed the code? Send it again: npm run operator -- request-code ${facts.environmentId}`,
    ],
  },
  outro: [],
});

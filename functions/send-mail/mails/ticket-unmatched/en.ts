import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'unknown-requester': 'The requester is not registered with any environment.',
  'several-environments': 'The requester is registered with several environments.',
  'other-environment-named': 'The ticket names another environment than the requester’s own.',
  'requester-not-registered': 'The requester is not a registered contact of the environment.',
  'unknown-company': 'The ticket names a company that is not registered.',
};

export const ticketUnmatchedEn: MailText = (facts) => ({
  subject: `Ticket ${facts.ticketId}: who is this?`,
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'A request waits for an operator',
  intro: [
    meanings[facts.reason] ?? facts.reason,
    'Nothing was sent: a code goes to registered contacts only.',
  ],
  facts: [{ label: 'Ticket', value: facts.ticketId }],
  steps: {
    heading: 'What to do',
    items: [
      'Establish outside the ticket who is asking.',
      `All is well? npm run operator -- request-code ENVIRONMENT --ticket ${facts.ticketId}. The code then goes to the registered contacts.`,
      'Does the requester belong to an environment from now on? First add the contact with register-environment.',
    ],
  },
  outro: [],
});

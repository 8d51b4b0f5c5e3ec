import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'identity-mismatch':
    'The organisation that was read has another number than the registered company. Approving it takes two different operators.',
  'identity-unclear': 'The organisation could not be tied to the registered company beyond doubt.',
  'client-rejected':
    'Visma Connect refuses our own client. This is not the customer’s doing and affects every customer.',
  'visma-unavailable': 'Visma stayed out of reach through all retries.',
  'attempts-exhausted': 'The maximum number of attempts is reached.',
  'mapping-overdue': 'The administrations were not mapped to the connections in time.',
  'stock-overdue': 'There was no invitation code in stock for too long.',
  'execution-ended': 'The workflow of this connection ended before it was done.',
  'step-failed': 'A step of the workflow failed through all retries.',
};

export const attentionNeededEn: MailText = (facts) => ({
  subject: `Action needed: ${facts.companyName} (${facts.reason})`,
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'A connection waits for an operator',
  intro: [meanings[facts.reason] ?? facts.reason],
  facts: [
    { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
    { label: 'Company', value: facts.companyName },
    { label: 'Connection', value: facts.connectionId },
  ],
  steps: {
    heading: 'What to do',
    items: [
      `Look at both sides: npm run operator -- show ${facts.connectionId}`,
      'Decide (decide), let it continue (retry), ask for a new code (request-code) or end it (cancel).',
    ],
  },
  outro: [],
});

import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'nobody-waits': 'No connection waits for the company that was read there.',
  'identity-unclear': 'The company that was read does not belong to one registration beyond doubt.',
  'not-confirmed': 'A token and a read could not confirm the message.',
};

export const tenantUnmatchedEn: MailText = (facts) => ({
  subject: 'Visma reports an integration that fits nobody',
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'A message of Visma fits no connection',
  intro: [
    `Visma reported that Spend Cloud was integrated somewhere. ${meanings[facts.reason] ?? facts.reason}`,
    'The message is kept. If the customer sends the Tenant ID, all goes on from there.',
  ],
  steps: {
    heading: 'What to do',
    items: [
      'Look in the Visma Developer Portal, tab Customers, which organisation is new.',
      'Is it a customer who waits for a connection? npm run operator -- submit-tenant-id CONNECTION TENANT-ID. It is tested as any other.',
      'Is it nobody that you expect? Then there is nothing to do: nothing was connected.',
    ],
  },
  outro: [],
});

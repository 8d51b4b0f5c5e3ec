import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'not-integrated': 'The customer removed or withdrew the app in the Visma App Store.',
  'wrong-organisation': 'Visma.net refuses a valid token: the tenant is no company (any more).',
  'no-licence': 'Visma.net says that the company has no licence (12027).',
  'missing-scopes': 'The customer withdrew permissions of the app.',
  'identity-changed':
    'The tenant shows another organisation than the one that was judged when it was activated.',
};

const operator = 'npm run operator --';

export const disconnectionNoticedEn: MailText = (facts) => {
  const meaning = meanings[facts.reason] ?? facts.reason;
  return {
    subject: `Disconnected: ${facts.companyName} (${facts.reason})`,
    preheader: meaning,
    title: 'An active connection was disconnected',
    intro: [
      `${meaning} The daily check found so on different days.`,
      'Exports have stopped, Spend Cloud knows, and the customer’s contacts have a mail that says what to do. You will hear when it works again.',
    ],
    facts: [
      { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Company', value: facts.companyName },
      { label: 'Connection', value: facts.connectionId },
      { label: 'Consultant', value: facts.contactPerson },
    ],
    steps: {
      heading: 'What you can do',
      items: [
        `See what happened: ${operator} show ${facts.connectionId}`,
        `The customer says that it is mended? Check it now: ${operator} check-health ${facts.connectionId}`,
        `Another Tenant ID: ${operator} submit-tenant-id ${facts.connectionId} TENANT-ID`,
        `A new code: ${operator} request-code ${facts.environmentId}`,
      ],
    },
    outro: [`The customer has left? End it: ${operator} cancel ${facts.connectionId}`],
  };
};

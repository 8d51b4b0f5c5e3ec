import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'cannot-find-integrate-button': 'The customer cannot find the button Integrate in the Visma App Store.',
  'not-an-administrator': 'The customer does not have the role Integration Administrator.',
  'wrong-company': 'The customer sees the wrong company in the App Store.',
  'no-code-received': 'The customer has received no invitation code.',
  'test-keeps-failing': 'The access test keeps failing for the customer.',
  other: 'The customer needs help with something that is not on the page.',
};

const remedies: Readonly<Record<string, string>> = {
  'cannot-find-integrate-button':
    'The button is on the card of Spend Cloud, once the code is entered and the company (Company) is chosen in the upper right corner. Without the role Integration Administrator it is not there.',
  'not-an-administrator':
    'The Customer Administrator of the customer grants the role in Visma Admin; we cannot.',
  'wrong-company':
    'With Change organization in the upper right corner the customer chooses the company (Company), not the customer (Customer).',
  'no-code-received':
    'Check the addresses of the contacts and whether mails reach them; the code is on the connection page too.',
  'test-keeps-failing': 'The reason of each failed test is in the history of the connection.',
  other: 'Call and look at the connection page together: it has the next step of each company.',
};

const states: Readonly<Record<string, string>> = {
  'not-requested': 'no code asked for',
  'code-requested': 'waits for a code',
  'code-issued': 'has a code, not integrated yet',
  'app-integrated': 'integrated, waits for the Tenant ID',
  'tenant-id-received': 'access is being tested',
  'access-tested': 'access tested, waits for the administrations',
  activated: 'active',
  'needs-attention': 'waits for an operator',
  disconnected: 'disconnected',
  cancelled: 'ended',
  expired: 'code expired',
};

export const helpRequestedEn: MailText = (facts) => {
  const meaning = meanings[facts.reason] ?? facts.reason;
  return {
    subject: `Customer asks for help: ${facts.environmentName} (${facts.reason})`,
    preheader: meaning,
    title: 'A customer asks for help',
    intro: [
      meaning,
      'The customer asked on the connection page, which says that support or the consultant gets in touch with the contacts below. The same question does not come again within a day.',
    ],
    facts: [
      { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'About', value: facts.aboutCompany || 'no company in particular' },
      ...facts.progress.map(({ company, connectionId, state, since }) => ({
        label: 'Connection',
        value: `${company}: ${states[state] ?? state}${since === '' ? '' : `, last changed ${since}`} (${connectionId})`,
      })),
      ...facts.contacts.map((value) => ({ label: 'Contact', value })),
      { label: 'Consultant', value: facts.contactPerson },
    ],
    steps: {
      heading: 'What to do',
      items: [
        remedies[facts.reason] ?? 'Get in touch.',
        'Look at what happened, with the number of the connection from above: npm run operator -- show CONNECTION',
        `Send the code again, or a new one: npm run operator -- request-code ${facts.environmentId}`,
      ],
    },
    outro: [],
  };
};

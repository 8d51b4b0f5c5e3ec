import type { MailText } from '../../content.ts';

export const restorationNoticedEn: MailText = (facts) => ({
  subject: `Connected again: ${facts.companyName}`,
  preheader: 'The connection was tested again and is active.',
  title: 'A disconnected connection works again',
  intro: [
    'The connection was tested again and is active. Spend Cloud knows and the customer’s contacts get a mail. There is nothing to do for you.',
  ],
  facts: [
    { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
    { label: 'Company', value: facts.companyName },
    { label: 'Connection', value: facts.connectionId },
  ],
  outro: [],
});

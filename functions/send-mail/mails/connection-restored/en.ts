import type { MailText } from '../../content.ts';

export const connectionRestoredEn: MailText = (facts) => ({
  subject: `The connection with Visma.net works again (${facts.companyName})`,
  preheader: 'Tested and active. There is nothing left to do.',
  title: 'The connection with Visma.net works again',
  intro: [
    `We have tested the access to ${facts.companyName} again and it works. From now on Spend Cloud exports to Visma.net again.`,
  ],
  outro: ['There is nothing left to do for you.'],
});

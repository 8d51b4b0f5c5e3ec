import type { MailText } from '../../content.ts';

export const connectionActivatedEn: MailText = (facts) => ({
  subject: `The connection with Visma.net works (${facts.companyName})`,
  preheader: 'Tested and active. There is nothing left to do.',
  title: 'The connection with Visma.net works',
  intro: [
    `We have tested the access to ${facts.companyName} and the connection is active. From now on Spend Cloud exports through the new connection.`,
    'There is no access token to renew every year: the connection stays for as long as both of us want.',
  ],
  outro: [],
});

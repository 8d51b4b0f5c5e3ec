import type { MailText } from '../../content.ts';

export const codeIssuedEn: MailText = (facts) => ({
  subject: `Your invitation code for Visma.net (${facts.companyName})`,
  preheader: `Valid until ${facts.expiresAt}. Connecting takes about ten minutes.`,
  title: 'Connect Spend Cloud with Visma.net',
  intro: [
    `With this invitation code you connect ${facts.companyName} in Visma.net to Spend Cloud. After that there is no access token to renew every year.`,
    ...(facts.severalCompanies
      ? [
          `You have more companies in Visma.net: each has a code of its own. This one is for ${facts.companyName} only.`,
        ]
      : []),
  ],
  code: {
    label: `Invitation code for ${facts.companyName}`,
    value: facts.code,
    note: `Valid until ${facts.expiresAt}. It can be used once.`,
  },
  steps: {
    heading: 'What to do',
    items: [
      `Sign in to the Visma App Store (${facts.appStoreUrl}) as a user with the role Integration Administrator. Without that role? Your Customer Administrator in Visma can grant it.`,
      `Choose the company ${facts.companyName} in the upper right corner: the company itself, not the customer of the same name.`,
      'Enter the invitation code, open Spend Cloud, click Integrate and then Accept. Leave all permissions switched on.',
      `Click your name in the upper right corner, copy the Tenant ID and paste it on your connection page; or reply with it to your ticket, or send it to ${facts.supportEmail}.`,
    ],
  },
  outro: [
    'We then test the access and tell you as soon as the connection works. If we see your integration at Visma ourselves, you need not send the Tenant ID.',
  ],
});

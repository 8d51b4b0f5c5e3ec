import type { MailText } from '../../content.ts';

export const codeExpiringEn: MailText = (facts) => ({
  subject: `Your code for Visma.net expires soon (${facts.companyName})`,
  preheader: `Valid until ${facts.expiresAt}. Connecting takes about ten minutes.`,
  title: 'Your invitation code expires soon',
  intro: [
    `The connection of ${facts.companyName} with Visma.net is not finished yet. The code below can be used until ${facts.expiresAt}.`,
  ],
  code: {
    label: `Invitation code for ${facts.companyName}`,
    value: facts.code,
    note: `Valid until ${facts.expiresAt}. It can be used once.`,
  },
  steps: {
    heading: 'What you can do',
    items: [
      `Not integrated yet? Sign in to the Visma App Store (${facts.appStoreUrl}) as an Integration Administrator, choose the company ${facts.companyName} in the upper right corner, enter the code, open Spend Cloud, click Integrate and then Accept.`,
      `Clicked Integrate already? Click your name in the upper right corner of the App Store, copy the Tenant ID and reply with it to your ticket, or send it to ${facts.supportEmail}. You do not need the code any more then.`,
      'You will not make it in time? We will write when the code has expired, and you can ask for a new one.',
    ],
  },
  outro: [`Does it not work out? ${facts.contactPerson} is glad to help.`],
});

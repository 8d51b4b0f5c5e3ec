import type { MailText } from '../../content.ts';

export const codeExpiredEn: MailText = (facts) => ({
  subject: `Your invitation code has expired (${facts.companyName})`,
  preheader: 'Ask for a new code, or send the Tenant ID if you have integrated already.',
  title: 'Your invitation code has expired',
  intro: [
    `The invitation code for ${facts.companyName} is no longer valid. The connection with Visma.net is not finished yet.`,
  ],
  steps: {
    heading: 'What you can do',
    items: [
      `Not integrated yet: ask for a new code by replying to your ticket or by mail to ${facts.supportEmail}.`,
      'Clicked Integrate already: just send us the Tenant ID. You do not need a new code then.',
    ],
  },
  outro: [],
});

import type { MailText } from '../../content.ts';

export const connectionRejectedEn: MailText = (facts) => ({
  subject: `Please send another Tenant ID (${facts.companyName})`,
  preheader: 'The Tenant ID that was sent is not this company’s.',
  title: 'Please send another Tenant ID',
  intro: [
    `A colleague has looked at the Tenant ID that was sent. It is not ${facts.companyName}'s, so we do not connect it.`,
  ],
  steps: {
    heading: 'What to do',
    items: [
      `Choose the company ${facts.companyName} in the Visma App Store (${facts.appStoreUrl}).`,
      `Copy the Tenant ID in the upper right corner and reply with it to your ticket, or send it to ${facts.supportEmail}.`,
    ],
  },
  outro: [],
});

import type { MailText } from '../../content.ts';

export const integrationSeenEn: MailText = (facts) => ({
  subject: `One step left: please send the Tenant ID (${facts.companyName})`,
  preheader: 'Spend Cloud is integrated. Only the Tenant ID is missing.',
  title: 'One step left: the Tenant ID',
  intro: [
    `We know that Spend Cloud is integrated for ${facts.companyName} in the Visma App Store. Only the Tenant ID of this company is missing: we test the access with it.`,
  ],
  steps: {
    heading: 'Where the Tenant ID is',
    items: [
      `Sign in to the Visma App Store (${facts.appStoreUrl}) and choose the company ${facts.companyName} in the upper right corner: the company itself, not the customer of the same name.`,
      'Click your name in the upper right corner and copy the Tenant ID.',
      `Reply with it to your ticket, or send it to ${facts.supportEmail}.`,
    ],
  },
  outro: ['You have sent it already? Then there is nothing left to do.'],
});

import type { MailText } from '../../content.ts';

export const tenantIdUnclearEn: MailText = (facts) => ({
  subject: 'Which company is this Tenant ID for?',
  preheader: 'We could not tie your message to one company beyond doubt.',
  title: 'Which company is this Tenant ID for?',
  intro: [
    'We received your message but cannot read one Tenant ID for one company from it beyond doubt. We do not guess, so we ask you.',
  ],
  steps: {
    heading: 'What to do',
    items: [
      'Send one message for each company, with one Tenant ID and without earlier messages below it.',
      'Check that you first chose the right company in the App Store and clicked Integrate.',
    ],
  },
  outro: [`Does it not work out? ${facts.contactPerson} is glad to help.`],
});

import type { MailText } from '../../content.ts';

export const noActionNeededEn: MailText = (facts) => ({
  subject: 'There is nothing to do for Visma.net',
  preheader: 'Your Spend Cloud does not use the web service of Visma.net.',
  title: 'There is nothing to do',
  intro: [
    `You asked for an invitation code for Visma.net. ${facts.environmentName} has no export format "Visma.net Financials", so you do not need the new connection.`,
  ],
  outro: [`You think that is not right? Please contact ${facts.contactPerson}.`],
});

import type { MailText } from '../../content.ts';

export const noActionNeededNl: MailText = (facts) => ({
  subject: 'U hoeft niets te doen voor Visma.net',
  preheader: 'Uw Spend Cloud gebruikt de webservice van Visma.net niet.',
  title: 'U hoeft niets te doen',
  intro: [
    `U vroeg om een uitnodigingscode voor Visma.net. Voor ${facts.environmentName} staat geen exportformaat "Visma.net Financials" ingesteld: de nieuwe koppeling is voor u niet nodig.`,
  ],
  outro: [`Denkt u dat dit niet klopt? Neem contact op met ${facts.contactPerson}.`],
});

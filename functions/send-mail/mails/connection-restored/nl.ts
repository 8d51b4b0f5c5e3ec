import type { MailText } from '../../content.ts';

export const connectionRestoredNl: MailText = (facts) => ({
  subject: `De koppeling met Visma.net werkt weer (${facts.companyName})`,
  preheader: 'Getest en actief. U hoeft niets meer te doen.',
  title: 'De koppeling met Visma.net werkt weer',
  intro: [
    `Wij hebben de toegang tot ${facts.companyName} opnieuw getest en hij werkt weer. Spend Cloud exporteert vanaf nu weer naar Visma.net.`,
  ],
  outro: ['U hoeft niets meer te doen.'],
});

import type { MailText } from '../../content.ts';

export const connectionActivatedNl: MailText = (facts) => ({
  subject: `De koppeling met Visma.net werkt (${facts.companyName})`,
  preheader: 'Getest en actief. U hoeft niets meer te doen.',
  title: 'De koppeling met Visma.net werkt',
  intro: [
    `Wij hebben de toegang tot ${facts.companyName} getest en de koppeling is actief. Spend Cloud exporteert vanaf nu via de nieuwe koppeling.`,
    'U hoeft niet meer jaarlijks een toegangssleutel op te halen: de koppeling blijft bestaan zolang u en wij dat willen.',
  ],
  outro: [],
});

import type { MailText } from '../../content.ts';

export const codeExpiredNl: MailText = (facts) => ({
  subject: `Uw uitnodigingscode is verlopen (${facts.companyName})`,
  preheader: 'Vraag een nieuwe code aan, of stuur de Tenant ID als u al gekoppeld heeft.',
  title: 'Uw uitnodigingscode is verlopen',
  intro: [
    `De uitnodigingscode voor ${facts.companyName} is niet meer geldig. De koppeling met Visma.net is nog niet klaar.`,
  ],
  steps: {
    heading: 'Wat u kunt doen',
    items: [
      `Nog niet gekoppeld: vraag een nieuwe code aan door op uw ticket te antwoorden of te mailen naar ${facts.supportEmail}.`,
      'Al op Integrate geklikt: stuur ons alleen de Tenant ID. U heeft dan geen nieuwe code nodig.',
    ],
  },
  outro: [],
});

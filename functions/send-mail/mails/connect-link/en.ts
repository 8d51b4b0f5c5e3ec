import type { MailText } from '../../content.ts';

export const connectLinkEn: MailText = (facts) => ({
  subject: `Your connection page for Visma.net (${facts.environmentName})`,
  preheader: 'This new link opens your connection page.',
  title: 'Your new link',
  intro: [
    `Somebody asked for a new link to the connection page of ${facts.environmentName}. It shows how far you are with Visma.net and what to do now.`,
  ],
  outro: [
    'Share the link only with colleagues who make the connection. You did not ask for a link? Then there is nothing for you to do.',
  ],
});

import type { MailText } from '../../content.ts';

export const codeIssuedNl: MailText = (facts) => ({
  subject: `Uw uitnodigingscode voor Visma.net (${facts.companyName})`,
  preheader: `Geldig tot ${facts.expiresAt}. Koppelen duurt ongeveer tien minuten.`,
  title: 'Koppel Spend Cloud met Visma.net',
  intro: [
    `Met deze uitnodigingscode koppelt u ${facts.companyName} in Visma.net aan Spend Cloud. Daarna hoeft u nooit meer jaarlijks een toegangssleutel op te halen.`,
    ...(facts.severalCompanies
      ? [
          `U heeft meer bedrijven in Visma.net: elk bedrijf heeft een eigen code. Deze code is alleen voor ${facts.companyName}.`,
        ]
      : []),
  ],
  code: {
    label: `Uitnodigingscode voor ${facts.companyName}`,
    value: facts.code,
    note: `Geldig tot ${facts.expiresAt}. Eenmalig te gebruiken.`,
  },
  steps: {
    heading: 'Wat u doet',
    items: [
      `Log in op de Visma App Store (${facts.appStoreUrl}) als gebruiker met de rol Integration Administrator. Heeft u die rol niet? Uw Customer Administrator in Visma kan hem geven.`,
      `Kies rechtsboven het bedrijf ${facts.companyName}: het bedrijf zelf, niet de klant (Customer) met dezelfde naam.`,
      'Voer de uitnodigingscode in, open Spend Cloud, klik op Integrate en daarna op Accept. Laat alle rechten aan staan.',
      `Klik rechtsboven op uw naam, kopieer de Tenant ID en plak hem op uw koppelpagina; of antwoord daarmee op uw ticket of stuur hem naar ${facts.supportEmail}.`,
    ],
  },
  outro: [
    'Wij testen daarna de toegang en laten u weten zodra de koppeling werkt. Zien wij uw koppeling zelf al bij Visma, dan hoeft u de Tenant ID niet te sturen.',
  ],
});

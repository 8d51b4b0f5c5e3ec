import type { MailText } from '../../content.ts';

export const codeExpiringNl: MailText = (facts) => ({
  subject: `Uw code voor Visma.net verloopt binnenkort (${facts.companyName})`,
  preheader: `Geldig tot ${facts.expiresAt}. Koppelen duurt ongeveer tien minuten.`,
  title: 'Uw uitnodigingscode verloopt binnenkort',
  intro: [
    `De koppeling van ${facts.companyName} met Visma.net is nog niet klaar. Met de code hieronder kan dat nog tot ${facts.expiresAt}.`,
  ],
  code: {
    label: `Uitnodigingscode voor ${facts.companyName}`,
    value: facts.code,
    note: `Geldig tot ${facts.expiresAt}. Eenmalig te gebruiken.`,
  },
  steps: {
    heading: 'Wat u kunt doen',
    items: [
      `Nog niet gekoppeld? Log in op de Visma App Store (${facts.appStoreUrl}) als Integration Administrator, kies rechtsboven het bedrijf ${facts.companyName}, voer de code in, open Spend Cloud en klik op Integrate en daarna op Accept.`,
      `Al op Integrate geklikt? Klik in de App Store rechtsboven op uw naam, kopieer de Tenant ID en antwoord daarmee op uw ticket of stuur hem naar ${facts.supportEmail}. De code heeft u dan niet meer nodig.`,
      'Lukt het niet op tijd? Dan krijgt u bericht zodra de code is verlopen, en kunt u een nieuwe aanvragen.',
    ],
  },
  outro: [`Komt u er niet uit? ${facts.contactPerson} helpt u graag.`],
});

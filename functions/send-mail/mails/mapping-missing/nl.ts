import type { MailText } from '../../content.ts';

export const mappingMissingNl: MailText = (facts) => ({
  subject: `Wijs de administraties toe: ${facts.environmentName}`,
  preheader: `De toegang tot ${facts.companyName} is getest; alleen de toewijzing ontbreekt.`,
  title: 'Wijs de administraties toe',
  intro: [
    `De toegang tot ${facts.companyName} is getest. ${facts.environmentName} heeft meer bedrijven: elke administratie moet aan één koppeling worden toegewezen voordat er geactiveerd wordt.`,
  ],
  facts: [
    { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
    { label: 'Koppeling', value: facts.connectionId },
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      `npm run operator -- map ${facts.environmentId} --set ADMINISTRATIE=KOPPELING (of =none als er niet naar Visma.net wordt geëxporteerd)`,
    ],
  },
  outro: [],
});

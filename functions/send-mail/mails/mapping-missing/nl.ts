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
    ...facts.connections.map((value) => ({ label: 'Koppeling', value })),
    ...facts.unmappedAdministrations.map((value) => ({ label: 'Administratie', value })),
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      ...(facts.unmappedAdministrations.length === 0
        ? ['Er is geen administratie zonder koppeling: vul de administraties aan met register-environment.']
        : []),
      `npm run operator -- map ${facts.environmentId} --administration ADMINISTRATIE=KOPPELING. Herhaal --administration voor elke administratie hierboven, met =none als er niet naar Visma.net wordt geëxporteerd.`,
      `Elke koppeling heeft minstens één administratie nodig, ook ${facts.connectionId}. Daarna gaat het vanzelf verder.`,
    ],
  },
  outro: [],
});

import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'not-integrated': 'De klant heeft de app in de Visma App Store verwijderd of ingetrokken.',
  'wrong-organisation': 'Visma.net weigert een geldig token: de tenant is geen bedrijf (meer).',
  'no-licence': 'Visma.net meldt dat het bedrijf geen licentie heeft (12027).',
  'missing-scopes': 'De klant heeft rechten van de app ingetrokken.',
  'identity-changed': 'De tenant toont een andere organisatie dan die bij de activering is beoordeeld.',
};

const operator = 'npm run operator --';

export const disconnectionNoticedNl: MailText = (facts) => {
  const meaning = meanings[facts.reason] ?? facts.reason;
  return {
    subject: `Koppeling verbroken: ${facts.companyName} (${facts.reason})`,
    preheader: meaning,
    title: 'Een actieve koppeling is verbroken',
    intro: [
      `${meaning} De dagelijkse controle stelde dit op verschillende dagen vast.`,
      'De exports zijn gestopt, Spend Cloud weet het, en de contacten van de klant hebben een mail met wat zij doen. Zodra het weer werkt krijgt u bericht.',
    ],
    facts: [
      { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Bedrijf', value: facts.companyName },
      { label: 'Koppeling', value: facts.connectionId },
      { label: 'Consultant', value: facts.contactPerson },
    ],
    steps: {
      heading: 'Wat u kunt doen',
      items: [
        `Bekijk wat er gebeurd is: ${operator} show ${facts.connectionId}`,
        `De klant zegt dat het hersteld is? Controleer het nu: ${operator} check-health ${facts.connectionId}`,
        `Een andere Tenant ID: ${operator} submit-tenant-id ${facts.connectionId} TENANT-ID`,
        `Een nieuwe code: ${operator} request-code ${facts.environmentId}`,
      ],
    },
    outro: [`Is de klant weg? Stop het: ${operator} cancel ${facts.connectionId}`],
  };
};

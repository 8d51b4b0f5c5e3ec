import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'cannot-find-integrate-button': 'De klant vindt de knop Integrate niet in de Visma App Store.',
  'not-an-administrator': 'De klant heeft de rol Integration Administrator niet.',
  'wrong-company': 'De klant ziet in de App Store het verkeerde bedrijf.',
  'no-code-received': 'De klant heeft geen uitnodigingscode gekregen.',
  'test-keeps-failing': 'De test van de toegang mislukt steeds bij de klant.',
  other: 'De klant zoekt hulp bij iets anders dan wat op de pagina staat.',
};

const remedies: Readonly<Record<string, string>> = {
  'cannot-find-integrate-button':
    'De knop staat op de kaart van Spend Cloud, nadat de code is ingevoerd en het bedrijf (Company) rechtsboven is gekozen. Zonder de rol Integration Administrator is zij er niet.',
  'not-an-administrator':
    'De Customer Administrator van de klant geeft de rol in Visma Admin; wij kunnen dat niet.',
  'wrong-company':
    'Rechtsboven met Change organization kiest de klant het bedrijf (Company), niet de klant (Customer).',
  'no-code-received':
    'Controleer de adressen van de contacten en of mails hen bereiken; de code staat ook op de koppelpagina.',
  'test-keeps-failing': 'De reden van elke mislukte test staat in de geschiedenis van de koppeling.',
  other: 'Bel en kijk samen naar de koppelpagina: daar staat van elk bedrijf de volgende stap.',
};

const states: Readonly<Record<string, string>> = {
  'not-requested': 'geen code gevraagd',
  'code-requested': 'wacht op een code',
  'code-issued': 'heeft een code, nog niet geïntegreerd',
  'app-integrated': 'geïntegreerd, wacht op de Tenant ID',
  'tenant-id-received': 'toegang wordt getest',
  'access-tested': 'toegang getest, wacht op de administraties',
  activated: 'actief',
  'needs-attention': 'wacht op een operator',
  disconnected: 'verbroken',
  cancelled: 'gestopt',
  expired: 'code verlopen',
};

export const helpRequestedNl: MailText = (facts) => {
  const meaning = meanings[facts.reason] ?? facts.reason;
  return {
    subject: `Klant vraagt hulp: ${facts.environmentName} (${facts.reason})`,
    preheader: meaning,
    title: 'Een klant vraagt hulp',
    intro: [
      meaning,
      'De klant vroeg dit op de koppelpagina. Daar staat dat support of de consultant contact opneemt met de contacten hieronder. Dezelfde vraag komt binnen een dag niet nog eens.',
    ],
    facts: [
      { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Over', value: facts.aboutCompany || 'geen bedrijf in het bijzonder' },
      ...facts.progress.map(({ company, connectionId, state, since }) => ({
        label: 'Koppeling',
        value: `${company}: ${states[state] ?? state}${since === '' ? '' : `, laatst veranderd ${since}`} (${connectionId})`,
      })),
      ...facts.contacts.map((value) => ({ label: 'Contact', value })),
      { label: 'Consultant', value: facts.contactPerson },
    ],
    steps: {
      heading: 'Wat u doet',
      items: [
        remedies[facts.reason] ?? 'Neem contact op.',
        'Bekijk wat er gebeurd is, met het nummer van de koppeling van hierboven: npm run operator -- show KOPPELING',
        `Stuur de code nog eens, of een nieuwe: npm run operator -- request-code ${facts.environmentId}`,
      ],
    },
    outro: [],
  };
};

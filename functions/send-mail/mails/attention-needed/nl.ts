import type { MailFacts, MailText } from '../../content.ts';

interface Explanation {
  readonly meaning: string;
  readonly items: (facts: MailFacts) => readonly string[];
}

const operator = 'npm run operator --';
const show = ({ connectionId }: MailFacts) => `Bekijk de koppeling: ${operator} show ${connectionId}`;
const retry = ({ connectionId }: MailFacts) => `${operator} retry ${connectionId}`;
const decide = ({ connectionId }: MailFacts) => [
  `Bekijk beide kanten, het geregistreerde bedrijf en wat er gelezen is: ${operator} show ${connectionId}`,
  `Hoort de tenant bij het bedrijf? ${operator} decide ${connectionId} --approve --tenant-id DE-TENANT-DIE-U-ZAG`,
  `Zo niet: ${operator} decide ${connectionId} --reject --tenant-id DE-TENANT-DIE-U-ZAG. De klant krijgt dan de vraag om een andere.`,
];
const repair = (facts: MailFacts) => [
  show(facts),
  'Neem de oorzaak weg: het runbook heeft een kop voor elk alarm.',
  `Laat de koppeling daarna verdergaan: ${retry(facts)}`,
];

const explanations: Readonly<Record<string, Explanation>> = {
  'identity-mismatch': {
    meaning:
      'De gelezen organisatie heeft een ander nummer dan het geregistreerde bedrijf. Goedkeuren vraagt twee verschillende operators.',
    items: decide,
  },
  'identity-unclear': {
    meaning: 'De organisatie kon niet met zekerheid aan het geregistreerde bedrijf worden gekoppeld.',
    items: decide,
  },
  'client-rejected': {
    meaning:
      'Visma Connect weigert onze eigen client. Dit ligt niet aan de klant, die hier niets van hoort, en raakt elke klant.',
    items: (facts) => [
      'Herstel client-id en secret: runbook, "Visma rejects our client".',
      `Test daarna opnieuw: ${retry(facts)}`,
      `Zoek de andere koppelingen die wachten: ${operator} list --state needs-attention`,
    ],
  },
  'visma-unavailable': { meaning: 'Visma bleef onbereikbaar, ook na alle herhalingen.', items: repair },
  'attempts-exhausted': {
    meaning: 'Het maximum aantal pogingen is bereikt. De klant komt er zo niet uit.',
    items: (facts) => [
      show(facts),
      'Bel de klant en loop de stappen samen door.',
      `Nog een test: ${retry(facts)}`,
      `Een andere Tenant ID: ${operator} submit-tenant-id ${facts.connectionId} TENANT-ID`,
      `Een nieuwe code: ${operator} request-code ${facts.environmentId}`,
    ],
  },
  'mapping-overdue': {
    meaning: 'De administraties zijn niet op tijd aan de koppelingen toegewezen.',
    items: ({ environmentId }) => [
      `Zie de koppelingen: ${operator} list --environment ${environmentId}`,
      `Wijs elke administratie toe: ${operator} map ${environmentId} --administration ADMINISTRATIE=KOPPELING. Daarna gaat het vanzelf verder.`,
    ],
  },
  'stock-overdue': {
    meaning: 'Er was te lang geen uitnodigingscode in voorraad. De klant heeft nog geen code.',
    items: (facts) => [
      `Vul de voorraad: ${operator} add-codes --file codes.csv`,
      `Laat de koppeling daarna verdergaan: ${retry(facts)}`,
    ],
  },
  'execution-ended': {
    meaning: 'De workflow van deze koppeling is gestopt voordat zij klaar was.',
    items: repair,
  },
  'step-failed': { meaning: 'Een stap van de workflow is mislukt, ook na alle herhalingen.', items: repair },
};

export const attentionNeededNl: MailText = (facts) => {
  const { meaning, items } = explanations[facts.reason] ?? { meaning: facts.reason, items: repair };
  return {
    subject: `Actie nodig: ${facts.companyName} (${facts.reason})`,
    preheader: meaning,
    title: 'Een koppeling wacht op een operator',
    intro: [meaning],
    facts: [
      { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Bedrijf', value: facts.companyName },
      { label: 'Koppeling', value: facts.connectionId },
    ],
    steps: { heading: 'Wat u doet', items: items(facts) },
    outro: [`Gaat het niet door? Stop het: ${operator} cancel ${facts.connectionId}`],
  };
};

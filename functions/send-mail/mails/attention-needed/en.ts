import type { MailFacts, MailText } from '../../content.ts';

interface Explanation {
  readonly meaning: string;
  readonly items: (facts: MailFacts) => readonly string[];
}

const operator = 'npm run operator --';
const show = ({ connectionId }: MailFacts) => `Look at the connection: ${operator} show ${connectionId}`;
const retry = ({ connectionId }: MailFacts) => `${operator} retry ${connectionId}`;
const decide = ({ connectionId }: MailFacts) => [
  `Look at both sides, the registered company and what was read: ${operator} show ${connectionId}`,
  `Is the tenant the company's? ${operator} decide ${connectionId} --approve --tenant-id THE-TENANT-YOU-SAW`,
  `If not: ${operator} decide ${connectionId} --reject --tenant-id THE-TENANT-YOU-SAW. The customer is then asked for another.`,
];
const repair = (facts: MailFacts) => [
  show(facts),
  'Remove the cause: the runbook has a heading for each alarm.',
  `Then let the connection continue: ${retry(facts)}`,
];

const explanations: Readonly<Record<string, Explanation>> = {
  'identity-mismatch': {
    meaning:
      'The organisation that was read has another number than the registered company. Approving it takes two different operators.',
    items: decide,
  },
  'identity-unclear': {
    meaning: 'The organisation could not be tied to the registered company beyond doubt.',
    items: decide,
  },
  'client-rejected': {
    meaning:
      'Visma Connect refuses our own client. This is not the customer’s doing, who hears nothing of it, and affects every customer.',
    items: (facts) => [
      'Repair the client id and secret: runbook, "Visma rejects our client".',
      `Then test again: ${retry(facts)}`,
      `Find the other connections that wait: ${operator} list --state needs-attention`,
    ],
  },
  'visma-unavailable': { meaning: 'Visma stayed out of reach through all retries.', items: repair },
  'attempts-exhausted': {
    meaning: 'The maximum number of attempts is reached. The customer does not get there alone.',
    items: (facts) => [
      show(facts),
      'Call the customer and go through the steps together.',
      `Another test: ${retry(facts)}`,
      `Another Tenant ID: ${operator} submit-tenant-id ${facts.connectionId} TENANT-ID`,
      `A new code: ${operator} request-code ${facts.environmentId}`,
    ],
  },
  'mapping-overdue': {
    meaning: 'The administrations were not mapped to the connections in time.',
    items: ({ environmentId }) => [
      `See the connections: ${operator} list --environment ${environmentId}`,
      `Map each administration: ${operator} map ${environmentId} --administration ADMINISTRATION=CONNECTION. All goes on from there by itself.`,
    ],
  },
  'stock-overdue': {
    meaning: 'There was no invitation code in stock for too long. The customer has no code yet.',
    items: (facts) => [
      `Fill the stock: ${operator} add-codes --file codes.csv`,
      `Then let the connection continue: ${retry(facts)}`,
    ],
  },
  'execution-ended': {
    meaning: 'The workflow of this connection ended before it was done.',
    items: repair,
  },
  'step-failed': { meaning: 'A step of the workflow failed through all retries.', items: repair },
};

export const attentionNeededEn: MailText = (facts) => {
  const { meaning, items } = explanations[facts.reason] ?? { meaning: facts.reason, items: repair };
  return {
    subject: `Action needed: ${facts.companyName} (${facts.reason})`,
    preheader: meaning,
    title: 'A connection waits for an operator',
    intro: [meaning],
    facts: [
      { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Company', value: facts.companyName },
      { label: 'Connection', value: facts.connectionId },
    ],
    steps: { heading: 'What to do', items: items(facts) },
    outro: [`It will not go ahead? End it: ${operator} cancel ${facts.connectionId}`],
  };
};

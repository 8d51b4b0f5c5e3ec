import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'unknown-requester': 'De aanvrager staat bij geen enkele omgeving geregistreerd.',
  'several-environments': 'De aanvrager staat bij meer omgevingen geregistreerd.',
  'other-environment-named': 'Het ticket noemt een andere omgeving dan die van de aanvrager.',
  'requester-not-registered': 'De aanvrager is geen geregistreerd contact van de omgeving.',
  'unknown-company': 'Het ticket noemt een bedrijf dat niet geregistreerd is.',
};

export const ticketUnmatchedNl: MailText = (facts) => ({
  subject: `Ticket ${facts.ticketId}: wie is dit?`,
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'Een aanvraag wacht op een operator',
  intro: [
    meanings[facts.reason] ?? facts.reason,
    'Er is niets verstuurd: een code gaat alleen naar geregistreerde contacten.',
  ],
  facts: [{ label: 'Ticket', value: facts.ticketId }],
  steps: {
    heading: 'Wat u doet',
    items: [
      'Controleer buiten het ticket om wie het vraagt.',
      `Klopt het? npm run operator -- request-code OMGEVING --ticket ${facts.ticketId}. De code gaat dan naar de geregistreerde contacten.`,
      'Hoort de aanvrager voortaan bij een omgeving? Voeg hem eerst als contact toe met register-environment.',
    ],
  },
  outro: [],
});

import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  bounce: 'De mailserver van de klant weigert mails aan dit adres blijvend.',
  complaint: 'De geadresseerde heeft een mail van ons als spam gemeld.',
};

export const contactUndeliverableNl: MailText = (facts) => ({
  subject: `Contact niet bereikbaar: ${facts.environmentName}`,
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'Een contact is niet bereikbaar',
  intro: [
    `${meanings[facts.reason] ?? facts.reason} Wij sturen dit adres geen mails meer.`,
    facts.reachableContacts === 0
      ? 'Er is geen ander contact: niemand van deze klant krijgt onze mails. U krijgt bericht van elke mail die daardoor niet weggaat.'
      : 'De andere contacten krijgen dezelfde mails, ook die waar dit om gaat.',
  ],
  facts: [
    { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
    ...facts.undeliverableContacts.map((value) => ({ label: 'Niet bereikbaar', value })),
    { label: 'Wel bereikbaar', value: String(facts.reachableContacts) },
    { label: 'Consultant', value: facts.contactPerson },
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      'Vraag de klant buiten de mail om naar het juiste adres.',
      'Registreer de omgeving met het nieuwe adres: npm run operator -- register-environment --file omgeving.json',
      'Werkt hetzelfde adres weer? Haal het bij SES van de suppressielijst, registreer de omgeving zonder het adres en daarna weer met.',
      `Miste de klant zijn code? Stuur hem opnieuw: npm run operator -- request-code ${facts.environmentId}`,
    ],
  },
  outro: [],
});

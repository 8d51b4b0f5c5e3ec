import type { MailText } from '../../content.ts';

export const noContactReachableNl: MailText = (facts) => ({
  subject: `Mail niet verstuurd: ${facts.environmentName} heeft geen bereikbaar contact`,
  preheader: facts.unsentSubject,
  title: 'Een mail aan een klant is niet verstuurd',
  intro: [
    `${facts.environmentName} heeft geen contact dat onze mails bereiken. De klant weet dus niet wat in deze mail had gestaan.`,
  ],
  facts: [
    { label: 'Mail', value: facts.unsentSubject },
    { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
    ...(facts.connectionId === '' ? [] : [{ label: 'Koppeling', value: facts.connectionId }]),
    ...facts.undeliverableContacts.map((value) => ({ label: 'Niet bereikbaar', value })),
    { label: 'Consultant', value: facts.contactPerson },
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      'Vraag de klant buiten de mail om naar een werkend adres en vertel wat er in de mail stond.',
      'Registreer de omgeving met dat adres: npm run operator -- register-environment --file omgeving.json',
      `Ging de mail over een code? Stuur hem opnieuw: npm run operator -- request-code ${facts.environmentId}`,
    ],
  },
  outro: [],
});

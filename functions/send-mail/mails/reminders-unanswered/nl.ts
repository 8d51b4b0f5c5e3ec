import type { RemindedStanding } from '../../campaign-facts.ts';
import type { MailText } from '../../content.ts';

const standings: Readonly<Record<RemindedStanding, string>> = {
  'nothing-asked': 'nog geen code gevraagd',
  'code-expired': 'code verlopen',
  'code-issued': 'heeft een code, nog niet gekoppeld',
  'tenant-id-missing': 'gekoppeld, Tenant ID ontbreekt',
  'test-failed': 'test van de toegang mislukt',
  'mapping-missing': 'administraties nog niet verdeeld',
  disconnected: 'koppeling verbroken',
};

const advice: Readonly<Record<RemindedStanding, string>> = {
  'nothing-asked':
    'Vraag of bekend is wie de koppeling maakt, en vraag samen de code aan op de koppelpagina.',
  'code-expired': 'Vraag waarom het met de vorige code niet lukte, en vraag samen een nieuwe aan.',
  'code-issued':
    'Vraag of iemand de rol Integration Administrator heeft; zonder die rol is de knop Integrate er niet.',
  'tenant-id-missing': 'Zoek samen de Tenant ID op, rechtsboven in de Visma App Store.',
  'test-failed': 'Bekijk samen de koppelpagina: daar staat wat er ontbreekt.',
  'mapping-missing': 'Verdeel samen de administraties op de koppelpagina.',
  disconnected: 'Vraag of de app bewust is verwijderd, en koppel anders samen opnieuw.',
};

export const remindersUnansweredNl: MailText = (facts) => {
  const { reminder } = facts;
  const timeLeft =
    reminder.timing === 'after'
      ? 'De einddatum is voorbij.'
      : reminder.daysLeft === 0
        ? 'Dat is vandaag.'
        : `Dat is nog ${reminder.daysLeft === 1 ? '1 dag' : `${reminder.daysLeft} dagen`}.`;
  return {
    subject: `Wilt u ${facts.environmentName} bellen? ${reminder.unanswered} herinneringen zonder antwoord`,
    preheader: `${facts.environmentName}: ${standings[reminder.standing]}.`,
    title: 'Een klant heeft hulp nodig',
    intro: [
      `${facts.environmentName} kreeg ${reminder.unanswered} herinneringen om over te gaan naar de nieuwe koppeling met Visma.net en is sindsdien niet verder gekomen. Een telefoontje helpt vaak meer dan nog een mail.`,
    ],
    facts: [
      { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Stand', value: `${standings[reminder.standing]}, sinds ${reminder.since}` },
      {
        label: 'Bedrijven',
        value: `${reminder.working} van ${reminder.companies} ${reminder.working === 1 ? 'werkt' : 'werken'}`,
      },
      ...reminder.behind.map((value) => ({ label: 'Nu aan de beurt', value })),
      { label: 'Einddatum', value: `${reminder.deadline}. ${timeLeft}` },
      ...facts.contacts
        .filter((value) => !facts.undeliverableContacts.includes(value))
        .map((value) => ({ label: 'Contact', value })),
      ...facts.undeliverableContacts.map((value) => ({ label: 'Niet bereikbaar', value })),
    ],
    steps: {
      heading: 'Wat u kunt doen',
      items: [
        advice[reminder.standing],
        ...(facts.undeliverableContacts.length === 0
          ? []
          : [`Vraag naar een werkend e-mailadres en geef het door aan ${facts.supportEmail}.`]),
        `Wil of kan de klant nu niet? Laat het weten aan ${facts.supportEmail}: zij kunnen de herinneringen stilzetten.`,
      ],
    },
    outro: ['De herinneringen aan de klant gaan ondertussen gewoon door.'],
  };
};

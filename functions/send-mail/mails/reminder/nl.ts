import type { RemindedStanding, ReminderFacts, ReminderTiming } from '../../campaign-facts.ts';
import type { MailFacts, MailText } from '../../content.ts';

interface Step {
  /** Begint met een kleine letter: staat in het onderwerp en, met een hoofdletter, boven de mail. */
  readonly what: string;
  readonly first: string;
  readonly items: readonly string[];
}

/** Zegt per stand wat de klant nu doet. */
function stepOf(facts: MailFacts): Step {
  const { standing, behind } = facts.reminder;
  const companies = listOf(behind);
  const ask = (words: string) =>
    `Of beantwoord deze e-mail met "${words}". U mag ook mailen naar ${facts.supportEmail}.`;
  const sendTenantId = 'Plak hem op uw koppelpagina, of beantwoord deze e-mail ermee.';
  const steps: Readonly<Record<RemindedStanding, Step>> = {
    'nothing-asked': {
      what: 'vraag uw uitnodigingscode aan',
      first: `De volgende stap is klein: vraag de uitnodigingscode voor ${companies} aan.`,
      items: [
        'Open uw koppelpagina met de knop hierboven en vraag daar de code aan.',
        ask('Graag een uitnodigingscode'),
        'De code komt per e-mail bij de geregistreerde contactpersonen, met de uitleg erbij.',
      ],
    },
    'code-expired': {
      what: 'vraag een nieuwe code aan',
      first: `De uitnodigingscode voor ${companies} is verlopen. Een nieuwe is zo aangevraagd.`,
      items: [
        'Open uw koppelpagina met de knop hierboven en vraag daar een nieuwe code aan.',
        ask('Graag een nieuwe uitnodigingscode'),
        'Al op Integrate geklikt? Dan is alleen de Tenant ID nog nodig en geen nieuwe code.',
      ],
    },
    'code-issued': {
      what: 'uw uitnodigingscode ligt klaar',
      first: `De uitnodigingscode voor ${companies} ligt klaar. Gebruik hem in de Visma App Store.`,
      items: [
        'De code staat op uw koppelpagina en in onze eerdere e-mail.',
        `Log in op de Visma App Store (${facts.appStoreUrl}) als Integration Administrator, kies het bedrijf en voer de code in.`,
        'Open Spend Cloud, klik op Integrate en daarna op Accept.',
      ],
    },
    'tenant-id-missing': {
      what: 'stuur ons nog de Tenant ID',
      first: `U bent er bijna: alleen de Tenant ID van ${companies} ontbreekt nog.`,
      items: [
        `Klik in de Visma App Store (${facts.appStoreUrl}) rechtsboven op uw naam en kopieer de Tenant ID.`,
        sendTenantId,
      ],
    },
    'test-failed': {
      what: 'er is nog één ding nodig',
      first: `Wij hebben de toegang tot ${companies} getest en er is nog één ding nodig.`,
      items: [
        'Op uw koppelpagina staat wat er ontbreekt en hoe u het verhelpt.',
        'Klaar? Laat het daar weten, dan testen wij meteen opnieuw.',
      ],
    },
    'mapping-missing': {
      what: 'kies nog uw administraties',
      first: `De toegang tot ${companies} werkt. Alleen de verdeling van de administraties ontbreekt nog.`,
      items: [
        'Kies op uw koppelpagina bij elke administratie het bedrijf waar zij bij hoort.',
        'Daarna gaat alles vanzelf verder.',
      ],
    },
    disconnected: {
      what: 'herstel de koppeling',
      first: `De koppeling met ${companies} werkte en is verbroken. U kunt haar zelf herstellen.`,
      items: [
        'Op uw koppelpagina staat hoe u opnieuw koppelt.',
        'Klaar? Laat het daar weten, dan testen wij meteen opnieuw.',
      ],
    },
  };
  return steps[standing];
}

const prefixes: Readonly<Record<ReminderTiming, (days: string) => string>> = {
  'weeks-before': (days) => `Nog ${days}`,
  'last-days': (days) => `Nog ${days}`,
  'on-the-day': () => 'Vandaag nog',
  after: () => 'Het kan nog',
};

/** Waarom nu; hoe lang het nog kan. */
const times: Readonly<Record<ReminderTiming, (facts: ReminderFacts, days: string) => string>> = {
  'weeks-before': ({ deadline }, days) =>
    `De huidige toegang tot Visma.net werkt tot en met ${deadline}. Dat is nog ${days}: tijd genoeg om het rustig te doen.`,
  'last-days': ({ deadline }, days) =>
    `De huidige toegang tot Visma.net werkt tot en met ${deadline}. Dat is nog ${days}; koppelen duurt ongeveer tien minuten.`,
  'on-the-day': ({ deadline }) =>
    `Vandaag, ${deadline}, is de laatste dag van de huidige toegang tot Visma.net. Koppelen duurt ongeveer tien minuten, dus het kan vandaag nog.`,
  after: ({ deadline }) =>
    `De vorige toegang tot Visma.net liep tot en met ${deadline}. De nieuwe koppeling kunt u nog steeds maken; het duurt ongeveer tien minuten.`,
};

export const reminderNl: MailText = (facts) => {
  const { reminder } = facts;
  const { what, first, items } = stepOf(facts);
  const days = reminder.daysLeft === 1 ? '1 dag' : `${reminder.daysLeft} dagen`;
  const time = times[reminder.timing](reminder, days);
  return {
    subject: `${prefixes[reminder.timing](days)}: ${what} (${facts.environmentName})`,
    preheader: first,
    title: `${what.charAt(0).toUpperCase()}${what.slice(1)}`,
    intro: [first, ...(reminder.companies > 1 ? [working(reminder)] : []), time],
    steps: { heading: 'Zo doet u dat', items },
    outro: [
      `Komt u er niet uit? ${facts.contactPerson} helpt u graag.`,
      'U krijgt deze herinnering omdat u bij ons als contactpersoon staat. Zodra alles werkt, hoort u dat en stoppen de herinneringen.',
    ],
  };
};

function working({ working: count, companies }: ReminderFacts): string {
  if (count === 0) return `U koppelt ${companies} bedrijven, elk met een eigen code.`;
  return `${count} van uw ${companies} bedrijven ${count === 1 ? 'werkt' : 'werken'} al.`;
}

/** Meer dan drie namen leest niemand: de pagina noemt ze allemaal. */
function listOf(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} en ${names.length - 2} andere bedrijven`;
  const last = names.at(-1) ?? 'uw bedrijf';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} en ${last}`;
}

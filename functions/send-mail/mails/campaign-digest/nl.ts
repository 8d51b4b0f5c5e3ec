import { drawBurnDown } from '../../../../shared/domain/campaign/draw-burn-down.ts';
import { type Standing, standings, totalsOf } from '../../../../shared/domain/campaign/standing.ts';
import type { DigestFacts } from '../../campaign-facts.ts';
import type { MailAttachment, MailFacts, MailText } from '../../content.ts';

const words: Readonly<Record<Standing, string>> = {
  'nothing-asked': 'Nog geen code gevraagd',
  'code-awaited': 'Wacht op een code van ons',
  'code-expired': 'Code verlopen',
  'code-issued': 'Heeft een code, nog niet gekoppeld',
  'tenant-id-missing': 'Gekoppeld, Tenant ID ontbreekt',
  'test-running': 'Toegang wordt getest',
  'test-failed': 'Test mislukt',
  'attention-needed': 'Wacht op een operator',
  'mapping-missing': 'Administraties nog te verdelen',
  disconnected: 'Verbroken',
  done: 'Klaar',
};

export const campaignDigestNl: MailText = ({ digest }) => {
  if (digest === undefined) throw new Error('There is no campaign to tell of.');
  const { counts, stuck } = digest;
  const { left, done, all } = totalsOf(counts);
  return {
    subject: `Visma.net: ${done} van ${all} omgevingen klaar, ${timeLeft(digest)}`,
    preheader: `${left} nog te gaan; de einddatum is ${digest.deadline}.`,
    title: `${done} van ${all} omgevingen zijn klaar`,
    intro: [
      `${left} nog te gaan. De einddatum is ${digest.deadline}: ${timeLeft(digest)}.`,
      ...(digest.isPaused ? ['De campagne staat stil: er gaan nu geen herinneringen uit.'] : []),
    ],
    chart: {
      heading: 'Verloop',
      columns: { day: 'Geteld', left: 'Te gaan', planned: 'Gepland' },
      rows: digest.rows,
      note: 'Gepland is een rechte lijn naar nul op de einddatum. In de bijlage staat hetzelfde als tekening.',
    },
    facts: standings.flatMap((standing) =>
      counts[standing] === 0 ? [] : [{ label: words[standing], value: String(counts[standing]) }],
    ),
    ...(stuck.length > 0 && {
      steps: {
        heading: 'Het langst op dezelfde plaats',
        items: stuck.map(
          ({ name, environmentId, standing, since, reachableContacts }) =>
            `${name} (${environmentId}): ${words[standing].toLowerCase()}, al ${since}${reachableContacts === 0 ? '; geen contact is bereikbaar' : ''}.`,
        ),
      },
    }),
    outro: [],
  };
};

export function burnDownNl({ digest }: MailFacts): readonly MailAttachment[] {
  if (digest === undefined) return [];
  const { left, done, all } = totalsOf(digest.counts);
  const svg = drawBurnDown(digest.burnDown, {
    title: 'Omgevingen die nog over moeten',
    description: `${left} van ${all} omgevingen moeten nog over, ${done} zijn klaar. De einddatum is ${digest.deadline}: ${timeLeft(digest)}.`,
    left: 'Nog te gaan',
    planned: 'Gepland',
    deadline: 'Einddatum',
    locale: 'nl',
  });
  return [{ fileName: 'verloop.svg', contentType: 'image/svg+xml', content: svg }];
}

function timeLeft({ daysLeft, isPast }: DigestFacts): string {
  if (isPast) return 'die is voorbij';
  if (daysLeft === 0) return 'de laatste dag is vandaag';
  return `nog ${daysLeft === 1 ? '1 dag' : `${daysLeft} dagen`}`;
}

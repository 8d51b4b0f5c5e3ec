import { drawBurnDown } from '../../../../shared/domain/campaign/draw-burn-down.ts';
import { type Standing, standings, totalsOf } from '../../../../shared/domain/campaign/standing.ts';
import type { DigestFacts } from '../../campaign-facts.ts';
import type { MailAttachment, MailFacts, MailText } from '../../content.ts';

const words: Readonly<Record<Standing, string>> = {
  'nothing-asked': 'No code asked for',
  'code-awaited': 'Waits for a code of ours',
  'code-expired': 'Code expired',
  'code-issued': 'Has a code, not integrated',
  'tenant-id-missing': 'Integrated, Tenant ID missing',
  'test-running': 'Access is being tested',
  'test-failed': 'Test failed',
  'attention-needed': 'Waits for an operator',
  'mapping-missing': 'Administrations to be divided',
  disconnected: 'Broken',
  done: 'Done',
};

export const campaignDigestEn: MailText = ({ digest }) => {
  if (digest === undefined) throw new Error('There is no campaign to tell of.');
  const { counts, stuck } = digest;
  const { left, done, all } = totalsOf(counts);
  return {
    subject: `Visma.net: ${done} of ${all} environments done, ${timeLeft(digest)}`,
    preheader: `${left} to go; the deadline is ${digest.deadline}.`,
    title: `${done} of ${all} environments have moved`,
    intro: [
      `${left} to go. The deadline is ${digest.deadline}: ${timeLeft(digest)}.`,
      ...(digest.isPaused ? ['The campaign is paused: no reminders are sent now.'] : []),
    ],
    chart: {
      heading: 'Progress',
      columns: { day: 'Counted', left: 'To go', planned: 'Planned' },
      rows: digest.rows,
      note: 'Planned is a straight line to zero on the deadline. The attachment draws the same.',
    },
    facts: standings.flatMap((standing) =>
      counts[standing] === 0 ? [] : [{ label: words[standing], value: String(counts[standing]) }],
    ),
    ...(stuck.length > 0 && {
      steps: {
        heading: 'Longest in the same place',
        items: stuck.map(
          ({ name, environmentId, standing, since, reachableContacts }) =>
            `${name} (${environmentId}): ${words[standing].toLowerCase()}, ${since}${reachableContacts === 0 ? '; no contact is within reach' : ''}.`,
        ),
      },
    }),
    outro: [],
  };
};

export function burnDownEn({ digest }: MailFacts): readonly MailAttachment[] {
  if (digest === undefined) return [];
  const { left, done, all } = totalsOf(digest.counts);
  const svg = drawBurnDown(digest.burnDown, {
    title: 'Environments still to move',
    description: `${left} of ${all} environments are still to move, ${done} are done. The deadline is ${digest.deadline}: ${timeLeft(digest)}.`,
    left: 'To go',
    planned: 'Planned',
    deadline: 'Deadline',
    locale: 'en',
  });
  return [{ fileName: 'progress.svg', contentType: 'image/svg+xml', content: svg }];
}

function timeLeft({ daysLeft, isPast }: DigestFacts): string {
  if (isPast) return 'it has passed';
  if (daysLeft === 0) return 'today is the last day';
  return `${daysLeft === 1 ? '1 day' : `${daysLeft} days`} left`;
}

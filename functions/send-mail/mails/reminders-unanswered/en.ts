import type { RemindedStanding } from '../../campaign-facts.ts';
import type { MailText } from '../../content.ts';

const standings: Readonly<Record<RemindedStanding, string>> = {
  'nothing-asked': 'has not asked for a code',
  'code-expired': 'code expired',
  'code-issued': 'has a code, not integrated yet',
  'tenant-id-missing': 'integrated, Tenant ID missing',
  'test-failed': 'access test failed',
  'mapping-missing': 'administrations not divided yet',
  disconnected: 'connection broken',
};

const advice: Readonly<Record<RemindedStanding, string>> = {
  'nothing-asked':
    'Ask whether it is known who makes the connection, and ask for the code together on the connection page.',
  'code-expired': 'Ask what was in the way with the last code, and ask for a new one together.',
  'code-issued':
    'Ask whether somebody has the role Integration Administrator; without it there is no button Integrate.',
  'tenant-id-missing': 'Look up the Tenant ID together, in the upper right corner of the Visma App Store.',
  'test-failed': 'Look at the connection page together: it says what is missing.',
  'mapping-missing': 'Divide the administrations together on the connection page.',
  disconnected: 'Ask whether the app was removed on purpose, and otherwise connect again together.',
};

export const remindersUnansweredEn: MailText = (facts) => {
  const { reminder } = facts;
  const timeLeft =
    reminder.timing === 'after'
      ? 'The deadline has passed.'
      : reminder.daysLeft === 0
        ? 'That is today.'
        : `That leaves ${reminder.daysLeft === 1 ? '1 day' : `${reminder.daysLeft} days`}.`;
  return {
    subject: `Will you call ${facts.environmentName}? ${reminder.unanswered} reminders without an answer`,
    preheader: `${facts.environmentName}: ${standings[reminder.standing]}.`,
    title: 'A customer needs help',
    intro: [
      `${facts.environmentName} got ${reminder.unanswered} reminders to move to the new connection with Visma.net and has not moved on since. A call often helps more than another mail.`,
    ],
    facts: [
      { label: 'Environment', value: `${facts.environmentName} (${facts.environmentId})` },
      { label: 'Standing', value: `${standings[reminder.standing]}, since ${reminder.since}` },
      {
        label: 'Companies',
        value: `${reminder.working} of ${reminder.companies} ${reminder.working === 1 ? 'works' : 'work'}`,
      },
      ...reminder.behind.map((value) => ({ label: 'Next', value })),
      { label: 'Deadline', value: `${reminder.deadline}. ${timeLeft}` },
      ...facts.contacts
        .filter((value) => !facts.undeliverableContacts.includes(value))
        .map((value) => ({ label: 'Contact', value })),
      ...facts.undeliverableContacts.map((value) => ({ label: 'Out of reach', value })),
    ],
    steps: {
      heading: 'What you can do',
      items: [
        advice[reminder.standing],
        ...(facts.undeliverableContacts.length === 0
          ? []
          : [`Ask for an e-mail address that works and pass it on to ${facts.supportEmail}.`]),
        `The customer cannot or will not now? Tell ${facts.supportEmail}: they can pause the reminders.`,
      ],
    },
    outro: ['Meanwhile the reminders to the customer go on.'],
  };
};

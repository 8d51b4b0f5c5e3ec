import type { RemindedStanding, ReminderFacts, ReminderTiming } from '../../campaign-facts.ts';
import type { MailFacts, MailText } from '../../content.ts';

interface Step {
  /** In lower case: it stands in the subject and, with a capital, above the mail. */
  readonly what: string;
  readonly first: string;
  readonly items: readonly string[];
}

/** For each standing, what the customer does now. */
function stepOf(facts: MailFacts): Step {
  const { standing, behind } = facts.reminder;
  const companies = listOf(behind);
  const ask = (words: string) =>
    `Or answer this e-mail with "${words}". You may also mail ${facts.supportEmail}.`;
  const sendTenantId = 'Paste it on your connection page, or answer this e-mail with it.';
  const steps: Readonly<Record<RemindedStanding, Step>> = {
    'nothing-asked': {
      what: 'ask for your invitation code',
      first: `The next step is a small one: ask for the invitation code for ${companies}.`,
      items: [
        'Open your connection page with the button above and ask for the code there.',
        ask('Please send an invitation code'),
        'The code comes by e-mail to the registered contacts, with instructions.',
      ],
    },
    'code-expired': {
      what: 'ask for a new code',
      first: `The invitation code for ${companies} has expired. A new one is quickly asked for.`,
      items: [
        'Open your connection page with the button above and ask for a new code there.',
        ask('Please send a new invitation code'),
        'Clicked Integrate already? Then only the Tenant ID is needed, and no new code.',
      ],
    },
    'code-issued': {
      what: 'your invitation code is waiting',
      first: `The invitation code for ${companies} is waiting. Use it in the Visma App Store.`,
      items: [
        'The code is on your connection page and in our earlier e-mail.',
        `Sign in to the Visma App Store (${facts.appStoreUrl}) as an Integration Administrator, choose the company and enter the code.`,
        'Open Spend Cloud, click Integrate and then Accept.',
      ],
    },
    'tenant-id-missing': {
      what: 'send us the Tenant ID',
      first: `You are almost there: only the Tenant ID of ${companies} is missing.`,
      items: [
        `In the Visma App Store (${facts.appStoreUrl}) click your name in the upper right corner and copy the Tenant ID.`,
        sendTenantId,
      ],
    },
    'test-failed': {
      what: 'one more thing is needed',
      first: `We have tested the access to ${companies}, and one more thing is needed.`,
      items: [
        'Your connection page says what is missing and how to put it right.',
        'Done? Say so there, and we test again at once.',
      ],
    },
    'mapping-missing': {
      what: 'choose your administrations',
      first: `The access to ${companies} works. Only the administrations are still to be divided.`,
      items: [
        'On your connection page choose for each administration the company that it belongs to.',
        'All goes on by itself from there.',
      ],
    },
    disconnected: {
      what: 'restore the connection',
      first: `The connection with ${companies} worked and has been broken. You can restore it yourself.`,
      items: [
        'Your connection page says how to connect again.',
        'Done? Say so there, and we test again at once.',
      ],
    },
  };
  return steps[standing];
}

const prefixes: Readonly<Record<ReminderTiming, (days: string) => string>> = {
  'weeks-before': (days) => `${days} left`,
  'last-days': (days) => `${days} left`,
  'on-the-day': () => 'Still today',
  after: () => 'Still possible',
};

/** Why now; how long there is. */
const times: Readonly<Record<ReminderTiming, (facts: ReminderFacts, days: string) => string>> = {
  'weeks-before': ({ deadline }, days) =>
    `Your present access to Visma.net works until the end of ${deadline}. That leaves ${days}: time enough to do it at ease.`,
  'last-days': ({ deadline }, days) =>
    `Your present access to Visma.net works until the end of ${deadline}. That leaves ${days}; connecting takes about ten minutes.`,
  'on-the-day': ({ deadline }) =>
    `Today, ${deadline}, is the last day of your present access to Visma.net. Connecting takes about ten minutes, so it can still be done today.`,
  after: ({ deadline }) =>
    `Your former access to Visma.net ended after ${deadline}. You can still make the new connection; it takes about ten minutes.`,
};

export const reminderEn: MailText = (facts) => {
  const { reminder } = facts;
  const { what, first, items } = stepOf(facts);
  const days = reminder.daysLeft === 1 ? '1 day' : `${reminder.daysLeft} days`;
  const time = times[reminder.timing](reminder, days);
  return {
    subject: `${prefixes[reminder.timing](days)}: ${what} (${facts.environmentName})`,
    preheader: first,
    title: `${what.charAt(0).toUpperCase()}${what.slice(1)}`,
    intro: [first, ...(reminder.companies > 1 ? [working(reminder)] : []), time],
    steps: { heading: 'How to do that', items },
    outro: [
      `Does it not work out? ${facts.contactPerson} is glad to help.`,
      'You get this reminder because you are registered with us as a contact. As soon as everything works we tell you, and the reminders stop.',
    ],
  };
};

function working({ working: count, companies }: ReminderFacts): string {
  if (count === 0) return `You connect ${companies} companies, each with a code of its own.`;
  return `${count} of your ${companies} companies ${count === 1 ? 'works' : 'work'} already.`;
}

/** Nobody reads more than three names: the page has all of them. */
function listOf(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} other companies`;
  const last = names.at(-1) ?? 'your company';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { ReminderMessage } from '../../shared/contracts/queues/reminders.ts';
import { type Planner, sendPage, startRun } from './plan-reminders.ts';
import { requestDigests } from './request-digests.ts';
import { type Reminder, sendReminder } from './send-reminder.ts';

interface Log {
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** A message of the reminders' queue, and one line of what came of it. */
export async function runReminderMessage(
  reminders: Planner & Reminder & { readonly log: Log },
  message: ReminderMessage,
): Promise<void> {
  const { log } = reminders;
  switch (message.kind) {
    case 'run':
      log.info(alarmLines.remindersStarted, { campaigns: await startRun(reminders, message.at) });
      return;
    case 'page':
      log.info('REMINDERS PLANNED', { reminders: await sendPage(reminders, message) });
      return;
    case 'remind': {
      const { environmentId, rung } = message;
      log.info('REMINDER', { environmentId, rung, outcome: await sendReminder(reminders, message) });
      return;
    }
    case 'digest':
      log.info(alarmLines.digestsRequested, { campaigns: await requestDigests(reminders, message.at) });
  }
}

import type { BurnDown } from '../../shared/domain/campaign/burn-down.ts';
import type { Standing } from '../../shared/domain/campaign/standing.ts';

/** Standings in which there is something for the customer to do, so that a reminder has a text for each. */
export const remindedStandings = [
  'nothing-asked',
  'code-expired',
  'code-issued',
  'tenant-id-missing',
  'test-failed',
  'mapping-missing',
  'disconnected',
] as const satisfies readonly Standing[];
export type RemindedStanding = (typeof remindedStandings)[number];

/** A reminder is worded by how near the deadline is. */
export const reminderTimings = ['weeks-before', 'last-days', 'on-the-day', 'after'] as const;
export type ReminderTiming = (typeof reminderTimings)[number];

/** From here on it is "the last days". */
const lastDays = 7;

export function timingOf(daysLeft: number, isPast: boolean): ReminderTiming {
  if (isPast) return 'after';
  if (daysLeft === 0) return 'on-the-day';
  return daysLeft <= lastDays ? 'last-days' : 'weeks-before';
}

/** What a reminder, and word to the contact person that nobody answers, tell of a membership. */
export interface ReminderFacts {
  readonly standing: RemindedStanding;
  readonly timing: ReminderTiming;
  /** Whole days, negative after the deadline. */
  readonly daysLeft: number;
  /** In words, in Dutch time. */
  readonly deadline: string;
  /** Of the environment, and how many of them work. */
  readonly companies: number;
  readonly working: number;
  /** Names of the companies that are furthest behind: whom the next step is for. */
  readonly behind: readonly string[];
  /** Reminders since the customer last moved. */
  readonly unanswered: number;
  /** Since when the standing is what it is, in words. */
  readonly since: string;
}

/** What the digest tells the product owner. */
export interface DigestFacts {
  readonly campaignId: string;
  /** In words, in Dutch time. */
  readonly deadline: string;
  readonly daysLeft: number;
  readonly isPast: boolean;
  readonly isPaused: boolean;
  readonly counts: Readonly<Record<Standing, number>>;
  /** Longest first within a standing; only where the customer is to act. */
  readonly stuck: readonly {
    readonly name: string;
    readonly environmentId: string;
    readonly standing: Standing;
    /** In words. */
    readonly since: string;
    readonly reachableContacts: number;
  }[];
  readonly burnDown: BurnDown;
  /** The same for a list, each day in words. */
  readonly rows: readonly { readonly day: string; readonly left: number; readonly planned: number }[];
}

/** For mails of anything else. */
export const noReminder: ReminderFacts = {
  standing: 'nothing-asked',
  timing: 'weeks-before',
  daysLeft: 0,
  deadline: '',
  companies: 0,
  working: 0,
  behind: [],
  unanswered: 0,
  since: '',
};

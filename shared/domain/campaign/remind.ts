import type { Connection } from '../connection/connection.ts';
import { type Environment, takesPart } from '../environment/environment.ts';
import type { Cause } from '../history/entry.ts';
import type { Campaign } from './campaign.ts';
import { joinCampaign, leaveCampaign } from './join-campaign.ts';
import { daysLeft, dueRung, rungsOf } from './ladder.ts';
import { isWaiting, type Membership, type MembershipChange } from './membership.ts';
import { MembershipBuilder } from './membership-change.ts';
import { isVendorsTurn, type Standing, standingOf } from './standing.ts';

/** What there is to know about an environment at the moment of reminding it; read then, and not before. */
export interface Reminded {
  readonly membership: Membership | undefined;
  readonly campaign: Campaign | undefined;
  readonly environment: Environment | undefined;
  readonly connections: readonly Connection[];
}

/** Why somebody gets no reminder. */
export type SilentReason =
  | 'gone'
  | 'campaign-paused'
  | 'paused'
  | 'had-it'
  | 'not-due'
  | 'done'
  | 'vendors-turn'
  | 'moved-on';

/** A silent one may change something too: the rung has passed, or the standing has moved. */
export type Reminding =
  | { readonly outcome: 'reminded'; readonly change: MembershipChange; readonly standing: Standing }
  | {
      readonly outcome: 'silent';
      readonly reason: SilentReason;
      readonly change: MembershipChange | undefined;
    };

/**
 * What comes of rung number `rung` for one environment at `cause.at`. Only the latest rung that is due is ever given, and a
 * rung that was given or has passed does not come again. With the vendor's turn it passes, and so it does for whoever has
 * moved since his standing was stored: the mails of that step are on their way to him.
 */
export function remind(
  { membership, campaign, environment, connections }: Reminded,
  rung: number,
  { unansweredMax }: { readonly unansweredMax: number },
  cause: Cause,
): Reminding {
  if (membership === undefined || campaign === undefined || environment === undefined) return silent('gone');
  if (membership.leftAt !== undefined || membership.campaignId !== campaign.campaignId) return silent('gone');
  if (!takesPart(environment)) return silent('gone');
  if (campaign.pausedAt !== undefined) return silent('campaign-paused');
  if (membership.pausedAt !== undefined) return silent('paused');
  const now = new Date(cause.at);
  const due = dueRung(rungsOf(campaign), now);
  if (due?.index !== rung) return silent('not-due');
  const builder = MembershipBuilder.of(membership, cause);
  const { standing, since = cause.at } = standingOf(environment, connections);
  const hasMoved = standing !== membership.standing;
  builder.move(standing, since);
  if (!isWaiting(builder.current)) return silent('done', builder.build());
  if (membership.nextRung > rung) return silent('had-it', builder.build());

  builder.set({ nextRung: rung + 1 });
  if (hasMoved || isVendorsTurn(standing)) {
    builder.tell('ReminderPassed', { rung: due.name, standing });
    return silent(isVendorsTurn(standing) ? 'vendors-turn' : 'moved-on', builder.build());
  }
  const unanswered = (hasAnswered(membership, connections) ? 0 : membership.unanswered) + 1;
  builder.set({ lastReminder: { rung: due.name, at: cause.at }, unanswered }).tell('ReminderDue', {
    rung: due.name,
    standing,
    daysLeft: daysLeft(campaign.deadline, now),
    deadline: campaign.deadline,
  });
  if (unanswered === unansweredMax) builder.tell('RemindersUnanswered', { unanswered, standing });
  const change = builder.build();
  return change === undefined ? silent('gone') : { outcome: 'reminded', change, standing };
}

/** A step for any company answers the last reminder, also one that leaves the company furthest behind where it was. */
function hasAnswered({ lastReminder }: Membership, connections: readonly Connection[]): boolean {
  return connections.some(({ createdAt, integratedAt, tenantIdAt, spendCloudInformedAt }) =>
    [createdAt, integratedAt, tenantIdAt, spendCloudInformedAt].some(
      (at) => at !== undefined && lastReminder !== undefined && at > lastReminder.at,
    ),
  );
}

function silent(reason: SilentReason, change?: MembershipChange): Reminding {
  return { outcome: 'silent', reason, change };
}

/**
 * Brings a membership up to date with what happened to its environment: how far it is, and whether it takes part at all.
 * Who has left comes back by an import only. `undefined`: nothing changes.
 */
export function follow(
  { membership, campaign, environment, connections }: Reminded,
  cause: Cause,
): MembershipChange | undefined {
  if (membership === undefined || campaign === undefined || environment === undefined) return undefined;
  if (membership.leftAt !== undefined) return undefined;
  if (!takesPart(environment)) return leaveCampaign(membership, cause);
  return joinCampaign(membership, environment, connections, campaign, cause);
}

/** No reminders until they are resumed. `undefined`: it gets none already, by this or since it has left. */
export function pauseReminders(before: Membership, cause: Cause): MembershipChange | undefined {
  if (before.pausedAt !== undefined || before.leftAt !== undefined) return undefined;
  const change = MembershipBuilder.of(before, cause)
    .set({ pausedAt: cause.at })
    .tell('RemindersPaused')
    .clearReminder('paused')
    .build();
  return remembered(change, cause);
}

/** Of the rungs that came due in between the next run gives the latest. `undefined`: it is not paused. */
export function resumeReminders(before: Membership, cause: Cause): MembershipChange | undefined {
  if (before.pausedAt === undefined) return undefined;
  const change = MembershipBuilder.of(before, cause).clear('pausedAt').tell('RemindersResumed').build();
  return remembered(change, cause);
}

function remembered(
  change: MembershipChange | undefined,
  { deliveryKey }: Cause,
): MembershipChange | undefined {
  return change === undefined || deliveryKey === undefined ? change : { ...change, deliveryKey };
}

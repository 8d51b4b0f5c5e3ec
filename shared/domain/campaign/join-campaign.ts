import type { Connection } from '../connection/connection.ts';
import type { Environment } from '../environment/environment.ts';
import type { Problem } from '../environment/registration.ts';
import { type Cause, writeEntry } from '../history/entry.ts';
import type { EntryType } from '../history/entry-types.ts';
import { type Campaign, type CampaignChange, defaultAfterwards, defaultLadder } from './campaign.ts';
import { isDay, isPast, nextRung, parseLength, rungsOf } from './ladder.ts';
import type { Membership, MembershipChange } from './membership.ts';
import { MembershipBuilder } from './membership-change.ts';
import { standingOf } from './standing.ts';

/**
 * Makes an environment a member, or brings a member's standing up to date. Who joins late waits for the first rung that is
 * still to come. `undefined`: nothing changes.
 */
export function joinCampaign(
  before: Membership | undefined,
  environment: Pick<Environment, 'environmentId' | 'companies' | 'administrations'>,
  connections: readonly Connection[],
  campaign: Campaign,
  cause: Cause,
): MembershipChange | undefined {
  const { standing, since = cause.at } = standingOf(environment, connections);
  const { campaignId } = campaign;
  if (before?.campaignId === campaignId && before.leftAt === undefined) {
    return MembershipBuilder.of(before, cause).move(standing, since).build();
  }
  const rungs = rungsOf(campaign);
  const first = nextRung(rungs, new Date(cause.at))?.index ?? rungs.length;
  const { environmentId } = environment;
  const isBack = before?.campaignId === campaignId;
  const joining = new MembershipBuilder(
    before,
    before ?? {
      environmentId,
      campaignId,
      standing,
      standingSince: since,
      nextRung: first,
      unanswered: 0,
      version: 0,
      changedAt: cause.at,
    },
    cause,
  );
  if (before !== undefined && !isBack) {
    if (before.leftAt === undefined) {
      joining.tell('CampaignLeft', { standing: before.standing }).clearReminder('left');
    }
    joining.clear('lastReminder', 'pausedAt');
  }
  return joining
    .clear('leftAt', 'doneAt')
    .set({
      campaignId,
      standing,
      standingSince: since,
      nextRung: isBack ? Math.max(before.nextRung, first) : first,
      unanswered: 0,
      ...(standing === 'done' ? { doneAt: since } : {}),
    })
    .tell('CampaignJoined', { standing })
    .build();
}

/** It takes no part any more. `undefined`: it had left already. */
export function leaveCampaign(before: Membership, cause: Cause): MembershipChange | undefined {
  if (before.leftAt !== undefined) return undefined;
  return MembershipBuilder.of(before, cause)
    .set({ leftAt: cause.at })
    .tell('CampaignLeft', { standing: before.standing })
    .clearReminder('left')
    .build();
}

/** A campaign begins: its ladder is fixed from here on, its deadline can be moved. Says what is wrong with them. */
export function startCampaign(
  campaignId: string,
  { deadline, ladder = defaultLadder }: { readonly deadline: string; readonly ladder?: readonly string[] },
  cause: Cause,
): CampaignChange | Problem {
  const problem = problemOf(deadline, ladder, cause);
  if (problem !== undefined) return problem;
  const campaign: Campaign = {
    campaignId,
    deadline,
    ladder,
    afterwards: defaultAfterwards,
    version: 0,
    createdAt: cause.at,
    changedAt: cause.at,
  };
  return told(undefined, campaign, 'CampaignStarted', { deadline, rungs: ladder.length }, cause);
}

/** Every rung moves with it; who has had one does not get it again. `undefined`: that is the deadline. */
export function changeDeadline(
  before: Campaign,
  deadline: string,
  cause: Cause,
): CampaignChange | Problem | undefined {
  if (deadline === before.deadline) return undefined;
  const problem = problemOf(deadline, before.ladder, cause);
  if (problem !== undefined) return problem;
  return told(before, { ...before, deadline }, 'DeadlineChanged', { from: before.deadline, deadline }, cause);
}

/** Nobody is reminded until it is resumed. `undefined`: it is paused. */
export function pauseCampaign(before: Campaign, cause: Cause): CampaignChange | undefined {
  if (before.pausedAt !== undefined) return undefined;
  return told(before, { ...before, pausedAt: cause.at }, 'CampaignPaused', {}, cause);
}

/** `undefined`: it is not paused. */
export function resumeCampaign(before: Campaign, cause: Cause): CampaignChange | undefined {
  const { pausedAt, ...running } = before;
  return pausedAt === undefined ? undefined : told(before, running, 'CampaignResumed', {}, cause);
}

/** The product owner is to be told how it stands. */
export function requestDigest(before: Campaign, cause: Cause): CampaignChange {
  return told(before, before, 'CampaignDigestDue', {}, cause);
}

/** A file of customers was imported: how many rows came to what. */
export function tellOfImport(
  before: Campaign,
  importId: string,
  counts: Readonly<Record<string, number>>,
  cause: Cause,
): CampaignChange {
  return told(before, before, 'CampaignImported', { importId, ...counts }, cause);
}

/** With those after the deadline they stay below what the three digits of a key hold. */
const longestLadder = 50;

function problemOf(deadline: string, ladder: readonly string[], { at }: Cause): Problem | undefined {
  if (Number.isNaN(Date.parse(deadline))) return { path: 'deadline', message: 'must be a day or an instant' };
  if (isPast(deadline, new Date(at))) return { path: 'deadline', message: `${deadline} is in the past` };
  if (ladder.length === 0 || ladder.length > longestLadder) {
    return { path: 'ladder', message: `needs one rung at least and ${longestLadder} at most` };
  }
  const lengths = ladder.map(parseLength);
  const days = lengths.flatMap((length) => (length !== undefined && 'days' in length ? [length.days] : []));
  const ms = lengths.flatMap((length) => (length !== undefined && 'ms' in length ? [length.ms] : []));
  if (days.length < ladder.length && ms.length < ladder.length) {
    return {
      path: 'ladder',
      message: 'must be days such as P30D, or times such as PT30S, PT5M or PT2H throughout',
    };
  }
  if (ms.length > 0 && isDay(deadline)) {
    return { path: 'deadline', message: 'must be an instant for a ladder of seconds, minutes or hours' };
  }
  const each = days.length > 0 ? days : ms;
  const isDescending = each.every((length, index) => index === 0 || length < (each[index - 1] ?? 0));
  return isDescending
    ? undefined
    : { path: 'ladder', message: 'must come closer to the deadline with each rung' };
}

function told(
  before: Campaign | undefined,
  next: Campaign,
  type: EntryType<'campaign'>,
  detail: Readonly<Record<string, string | number>>,
  cause: Cause,
): CampaignChange {
  const { campaignId } = next;
  const sequence = (before?.version ?? 0) + 1;
  return {
    before,
    after: { ...next, version: sequence, changedAt: cause.at },
    entries: [
      writeEntry({ aggregate: 'campaign', aggregateId: campaignId, sequence }, type, cause, {
        campaignId,
        ...detail,
      }),
    ],
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
  };
}

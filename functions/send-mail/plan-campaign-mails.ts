import type { BusEvent } from '../../shared/contracts/events/event.ts';
import { burnDown, fewerPoints } from '../../shared/domain/campaign/burn-down.ts';
import type { Campaign } from '../../shared/domain/campaign/campaign.ts';
import { daysLeft, isPast } from '../../shared/domain/campaign/ladder.ts';
import { isLatestReminder, isWaitingAs, type Membership } from '../../shared/domain/campaign/membership.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { standingOf, standingOfCompany, totalsOf } from '../../shared/domain/campaign/standing.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import { type Environment, type Locale, takesPart } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import { reachableContacts } from '../../shared/domain/environment/undeliverable.ts';
import { type DigestFacts, type ReminderFacts, remindedStandings, timingOf } from './campaign-facts.ts';
import { dayInWords, deadlineInWords, forHowLong, momentInWords } from './words.ts';

export interface CampaignReading {
  readonly campaigns: CampaignRepository;
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly now: () => Date;
}

type CampaignFacts = { readonly reminder: ReminderFacts } | { readonly digest: DigestFacts };

/** Whether it is for this file to say what the event's mail tells, or that it tells nothing any more. */
export function isOfCampaign(event: BusEvent): boolean {
  return (
    event['detail-type'] === 'ReminderDue' ||
    event['detail-type'] === 'RemindersUnanswered' ||
    event['detail-type'] === 'CampaignDigestDue'
  );
}

/** What a campaign's mail tells, by what is stored now; `undefined` when there is nothing to tell any more. */
export async function campaignFacts(
  event: BusEvent,
  environment: Environment | undefined,
  locale: Locale,
  reading: CampaignReading,
): Promise<CampaignFacts | undefined> {
  const { campaignId } = event.detail;
  const campaign = typeof campaignId === 'string' ? await reading.campaigns.find(campaignId) : undefined;
  if (campaign === undefined) return undefined;
  if (event['detail-type'] === 'CampaignDigestDue') return digestFacts(event, campaign, locale, reading);
  return environment === undefined ? undefined : reminderFacts(event, campaign, environment, locale, reading);
}

async function reminderFacts(
  event: BusEvent,
  campaign: Campaign,
  environment: Environment,
  locale: Locale,
  { campaigns, connections, now }: CampaignReading,
): Promise<{ readonly reminder: ReminderFacts } | undefined> {
  const { environmentId, companies } = environment;
  const membership = await campaigns.findMembership(environmentId);
  if (campaign.pausedAt !== undefined || !takesPart(environment)) return undefined;
  if (membership === undefined || !isStillSo(event, membership)) return undefined;
  const own = await connections.findByEnvironment(environmentId);
  const { standing: current, active } = standingOf(environment, own);
  // The membership may not have heard yet of what the customer just did.
  const standing = remindedStandings.find((one) => one === current);
  if (standing === undefined || standing !== event.detail.standing) return undefined;
  const behind = companies.filter(
    ({ companyId }) => standingOfCompany(companyId, environment, own) === standing,
  );
  const left = daysLeft(campaign.deadline, now());
  return {
    reminder: {
      standing,
      timing: timingOf(left, isPast(campaign.deadline, now())),
      daysLeft: left,
      deadline: deadlineInWords(campaign.deadline, locale),
      companies: companies.length,
      working: active,
      behind: behind.map(({ name }) => name),
      unanswered: membership.unanswered,
      since: dayInWords(membership.standingSince, locale),
    },
  };
}

/** Of one that is reminded and has not moved since. A reminder gives way to a later one; that nobody answers stays so. */
function isStillSo(event: BusEvent, membership: Membership): boolean {
  const { detail } = event;
  if (event['detail-type'] === 'ReminderDue') {
    return membership.unanswered > 0 && isLatestReminder(membership, detail);
  }
  const { unanswered } = detail;
  return (
    isWaitingAs(membership, detail) && typeof unanswered === 'number' && membership.unanswered >= unanswered
  );
}

/** How many of those who are longest in one standing the digest names. */
const stuckPerStanding = 3;
/** Rows of the picture; a mail of half a year would be all picture. */
const rowsShown = 12;

/** The count of now; who asked for the digest has kept one, which it takes the place of. */
async function digestFacts(
  { detail }: BusEvent,
  campaign: Campaign,
  locale: Locale,
  { campaigns, environments, now }: CampaignReading,
): Promise<{ readonly digest: DigestFacts }> {
  const { campaignId, deadline } = campaign;
  const counts = await campaigns.countByStanding(campaignId);
  const kept = await campaigns.snapshots(campaignId);
  const at = kept.findLast((one) => one.at <= detail.at)?.at ?? detail.at;
  const longest = await Promise.all(
    remindedStandings.map((standing) =>
      counts[standing] === 0 ? [] : campaigns.longestIn(campaignId, standing, stuckPerStanding),
    ),
  );
  const stuck = await Promise.all(
    longest.flat().map(async ({ environmentId, standing, standingSince }) => {
      const environment = await environments.find(environmentId);
      return {
        name: environment?.name ?? environmentId,
        environmentId,
        standing,
        since: forHowLong(standingSince, now(), locale),
        reachableContacts: environment === undefined ? 0 : reachableContacts(environment).length,
      };
    }),
  );
  const { left: leftNow, done } = totalsOf(counts);
  const chart = burnDown(kept, { at, left: leftNow, done }, deadline);
  return {
    digest: {
      campaignId,
      deadline: deadlineInWords(deadline, locale),
      daysLeft: daysLeft(deadline, now()),
      isPast: isPast(deadline, now()),
      isPaused: campaign.pausedAt !== undefined,
      counts,
      stuck,
      burnDown: chart,
      rows: fewerPoints(chart.points, rowsShown).map(({ at: counted, left, planned }) => ({
        day: momentInWords(counted, chart, locale),
        left,
        planned,
      })),
    },
  };
}

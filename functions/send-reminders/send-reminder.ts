import type { ReminderMessageOf, ReminderPace } from '../../shared/contracts/queues/reminders.ts';
import { remind, type SilentReason } from '../../shared/domain/campaign/remind.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { type ConnectionRepository, onFreshState } from '../../shared/domain/connection/repository.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface Reminder {
  readonly campaigns: CampaignRepository;
  readonly environments: Pick<EnvironmentRepository, 'find'>;
  readonly connections: Pick<ConnectionRepository, 'findByEnvironment'>;
  readonly pace: Pick<ReminderPace, 'unansweredMax'>;
  readonly clock: Clock;
}

/** Decides on what is stored at this very moment; who has had the rung does not get it again. */
export function sendReminder(
  { campaigns, environments, connections, pace, clock }: Reminder,
  { campaignId, environmentId, rung, at }: ReminderMessageOf<'remind'>,
): Promise<'reminded' | SilentReason> {
  return onFreshState(async () => {
    const [membership, campaign, environment, own] = await Promise.all([
      campaigns.findMembership(environmentId),
      campaigns.find(campaignId),
      environments.find(environmentId),
      connections.findByEnvironment(environmentId),
    ]);
    const cause = { at: clock().toISOString(), by: 'campaign', correlationId: `reminders:${at}` };
    const result = remind({ membership, campaign, environment, connections: own }, rung, pace, cause);
    if (result.change !== undefined) await campaigns.saveMembership(result.change);
    return result.outcome === 'reminded' ? 'reminded' : result.reason;
  });
}

import type { BusEvent } from '../../shared/contracts/events/event.ts';
import { follow } from '../../shared/domain/campaign/remind.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { type ConnectionRepository, onFreshState } from '../../shared/domain/connection/repository.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { PermanentError } from '../../shared/platform/errors.ts';

/**
 * Something happened to an environment or one of its companies: brings its membership up to date. Goes by what is stored,
 * so that events may come twice and in any order. An environment in no campaign costs one read.
 */
export async function followCampaign(
  { detail }: BusEvent,
  dependencies: {
    readonly campaigns: CampaignRepository;
    readonly environments: Pick<EnvironmentRepository, 'find'>;
    readonly connections: Pick<ConnectionRepository, 'findByEnvironment'>;
    readonly clock: Clock;
  },
): Promise<'no-member' | 'unchanged' | 'moved'> {
  const { campaigns, environments, connections, clock } = dependencies;
  const { environmentId, eventId, correlationId } = detail;
  if (environmentId === undefined) throw new PermanentError(`Event ${eventId} names no environment.`);
  return onFreshState(async () => {
    const membership = await campaigns.findMembership(environmentId);
    if (membership === undefined) return 'no-member';
    const [campaign, environment, own] = await Promise.all([
      campaigns.find(membership.campaignId),
      environments.find(environmentId),
      connections.findByEnvironment(environmentId),
    ]);
    const change = follow(
      { membership, campaign, environment, connections: own },
      { at: clock().toISOString(), by: 'campaign', correlationId },
    );
    if (change === undefined) return 'unchanged';
    await campaigns.saveMembership(change);
    return 'moved';
  });
}

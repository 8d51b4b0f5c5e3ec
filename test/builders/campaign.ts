import { type Campaign, defaultAfterwards, defaultLadder } from '../../shared/domain/campaign/campaign.ts';
import type { Membership } from '../../shared/domain/campaign/membership.ts';
import { environmentIdByDefault } from './environment.ts';
import { someTime } from './history.ts';

/** The default ladder before the end of May, with all of it still to come. */
export function aCampaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    campaignId: 'visma-net',
    deadline: '2026-05-31',
    ladder: defaultLadder,
    afterwards: defaultAfterwards,
    version: 1,
    createdAt: someTime,
    changedAt: someTime,
    ...overrides,
  };
}

/** Has asked for nothing and waits for the first rung. */
export function aMembership(overrides: Partial<Membership> = {}): Membership {
  return {
    environmentId: environmentIdByDefault,
    campaignId: 'visma-net',
    standing: 'nothing-asked',
    standingSince: someTime,
    nextRung: 0,
    unanswered: 0,
    version: 1,
    changedAt: someTime,
    ...overrides,
  };
}

import { type CampaignRepository, rungShards } from './repository.ts';

/** Where in the places of a campaign a reading goes on. */
export interface RungPlace {
  readonly rung: number;
  readonly shard: number;
  readonly after?: string;
}

/**
 * Up to `limit` environments that wait for rung number `rung` or an earlier one, from a place on, and the place to go on from.
 * A place where nobody waits costs half a read unit.
 */
export async function waitingUpTo(
  campaigns: Pick<CampaignRepository, 'waitingForRung'>,
  campaignId: string,
  rung: number,
  from: RungPlace,
  limit: number,
): Promise<{ readonly environmentIds: readonly string[]; readonly next: RungPlace | undefined }> {
  const found: string[] = [];
  let place = from;
  while (place.rung <= rung && found.length < limit) {
    const { environmentIds, after } = await campaigns.waitingForRung(campaignId, {
      ...place,
      limit: limit - found.length,
    });
    found.push(...environmentIds);
    place = after === undefined ? following(place) : { ...place, after };
  }
  return { environmentIds: found, next: place.rung <= rung ? place : undefined };
}

function following({ rung, shard }: RungPlace): RungPlace {
  return shard + 1 < rungShards ? { rung, shard: shard + 1 } : { rung: rung + 1, shard: 0 };
}

import { requestDigest } from '../../shared/domain/campaign/join-campaign.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { totalsOf } from '../../shared/domain/campaign/standing.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

/**
 * Keeps how every campaign stands at `asOf`, and asks for its digest: once for that moment, however often it is asked for. A
 * campaign that was over the last time already is not told of again. Answers of how many campaigns it asked.
 */
export async function requestDigests(
  { campaigns, clock }: { readonly campaigns: CampaignRepository; readonly clock: Clock },
  asOf: string,
): Promise<number> {
  // The schedule's moments have no milliseconds; stored ones do, so that their text sorts.
  const at = new Date(asOf).toISOString();
  let asked = 0;
  for (const { campaignId } of await campaigns.all()) {
    const { left, done } = totalsOf(await campaigns.countByStanding(campaignId));
    const last = (await campaigns.snapshots(campaignId)).findLast((snapshot) => snapshot.at < at);
    if (left === 0 && last?.left === 0 && last.done === done) continue;
    await campaigns.addSnapshot(campaignId, { at, left, done });
    if (await ask(campaigns, campaignId, at, clock)) asked += 1;
  }
  return asked;
}

function ask(campaigns: CampaignRepository, campaignId: string, at: string, clock: Clock): Promise<boolean> {
  return onFreshState(async () => {
    const campaign = await campaigns.find(campaignId);
    if (campaign === undefined) return false;
    const change = requestDigest(campaign, {
      at: clock().toISOString(),
      by: 'campaign',
      correlationId: `digest:${at}`,
      deliveryKey: `digest:${campaignId}:${at}`,
    });
    try {
      await campaigns.save(change);
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'delivery-seen') return false;
      throw error;
    }
  });
}

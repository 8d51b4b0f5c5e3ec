import type { ImportFiles } from '../../shared/domain/campaign/import-files.ts';
import {
  type CampaignImport,
  correlationOf,
  type FileRefusal,
  type ImportRepository,
} from '../../shared/domain/campaign/imports.ts';
import { tellOfImport } from '../../shared/domain/campaign/join-campaign.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface Importer {
  readonly imports: ImportRepository;
  readonly files: ImportFiles;
  readonly campaigns: CampaignRepository;
  readonly clock: Clock;
}

/**
 * The end of an import: its customers' file goes, the campaign's history tells of it unless nothing was to be written, and
 * only then it counts as finished. Repeated after a crash, it goes on where it was; so a refusal is kept before the file
 * goes, which alone could tell it again.
 */
export async function finishImport(
  { imports, files, campaigns, clock }: Importer,
  begun: CampaignImport,
  refusal?: FileRefusal,
): Promise<void> {
  const { importId, campaignId, dryRun } = begun;
  if (refusal !== undefined) await imports.finish(importId, clock().toISOString(), refusal);
  await files.deleteCustomers(importId);
  if (refusal !== undefined) return;
  const at = clock().toISOString();
  if (!dryRun) {
    const cause = {
      at,
      by: begun.by,
      correlationId: correlationOf(importId),
      deliveryKey: `${correlationOf(importId)}:finished`,
    };
    try {
      await onFreshState(async () => {
        const campaign = await campaigns.find(campaignId);
        if (campaign !== undefined) {
          await campaigns.save(tellOfImport(campaign, importId, begun.counts, cause));
        }
      });
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
    }
  }
  await imports.finish(importId, at);
}

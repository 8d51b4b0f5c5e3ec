import type { TenantReading } from '../../shared/domain/tenant/identity.ts';
import type { TenantReader } from '../../shared/domain/tenant/repository.ts';
import { TransientError } from '../../shared/platform/errors.ts';

/**
 * Reads a tenant whose consent may still be spreading: "not integrated" is asked again after each of `retrySeconds`,
 * counted by the message's receipts, and only then an answer. A rejected client is our own fault: the message stays in
 * the queue and then among the dead letters, to be redriven when the client works.
 */
export async function readOnceConsentSpread(
  tenantReader: TenantReader,
  tenantId: string,
  receiveCount: number,
  retrySeconds: readonly number[],
): Promise<TenantReading> {
  const reading = await tenantReader.read(tenantId);
  if (reading.outcome === 'client-rejected') {
    throw new TransientError('Visma Connect rejects our client, so that no tenant can be read.');
  }
  const retryAfterSeconds = retrySeconds[receiveCount - 1];
  if (reading.outcome === 'not-integrated' && retryAfterSeconds !== undefined) {
    throw new TransientError('The tenant has not integrated yet; consent takes time to spread.', {
      retryAfterSeconds,
    });
  }
  return reading;
}

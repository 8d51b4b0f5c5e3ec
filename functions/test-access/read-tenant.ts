import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { TenantReadingAnswer } from '../../shared/contracts/workflow/onboarding.ts';
import type { TenantReading } from '../../shared/domain/tenant/identity.ts';
import type { TenantReader } from '../../shared/domain/tenant/repository.ts';
import { parseTenantId } from '../../shared/domain/tenant/tenant-id.ts';
import { failureFacts, PermanentError, TransientError } from '../../shared/platform/errors.ts';

/** Refuses what is no tenant ID, and makes our own fault, which no customer can mend, one searchable line. */
export function watchedReader(reader: TenantReader, log: { error(message: string): void }): TenantReader {
  return {
    read: async (value): Promise<TenantReading> => {
      const tenantId = parseTenantId(value);
      if (tenantId === undefined) throw new PermanentError('What is to be read is not a tenant ID (a UUID).');
      const reading = await reader.read(tenantId);
      if (reading.outcome === 'client-rejected') log.error(alarmLines.clientRejected);
      return reading;
    },
  };
}

/** For whoever may not read the client secret; see `tenantReadingAnswer`. */
export async function answerReading(
  reader: TenantReader,
  tenantId: string,
  log: { warn(message: string, facts: Readonly<Record<string, string>>): void },
): Promise<TenantReadingAnswer> {
  try {
    return await reader.read(tenantId);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    log.warn('UNAVAILABLE', failureFacts(error));
    const { retryAfterSeconds } = error;
    return { outcome: 'unavailable', ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  }
}

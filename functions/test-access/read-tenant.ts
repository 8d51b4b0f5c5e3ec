import type { TenantReading } from '../../shared/domain/tenant/identity.ts';
import type { TenantReader } from '../../shared/domain/tenant/repository.ts';
import { parseTenantId } from '../../shared/domain/tenant/tenant-id.ts';
import { PermanentError } from '../../shared/platform/errors.ts';

/** Part of an alarm's filter: infra/constructs/business-alarms.ts looks for this text. */
export const clientRejectedMessage = 'CLIENT REJECTED';

/** Refuses what is no tenant ID, and makes our own fault, which no customer can mend, one searchable line. */
export function watchedReader(reader: TenantReader, log: { error(message: string): void }): TenantReader {
  return {
    read: async (value): Promise<TenantReading> => {
      const tenantId = parseTenantId(value);
      if (tenantId === undefined) throw new PermanentError('What is to be read is not a tenant ID (a UUID).');
      const reading = await reader.read(tenantId);
      if (reading.outcome === 'client-rejected') log.error(clientRejectedMessage);
      return reading;
    },
  };
}

import { tenantReadingAnswer } from '../../contracts/workflow/onboarding.ts';
import type { TenantReader } from '../../domain/tenant/repository.ts';
import { TransientError } from '../../platform/errors.ts';
import { parseAs } from '../parsing.ts';
import { createInvoker, invoke } from './invocation.ts';

/** Reads a tenant by invoking `test-access`, which alone may read the client secret. */
export function createTenantReader(functionName: string, client = createInvoker()): TenantReader {
  return {
    read: async (tenantId) => {
      const payload = await invoke(client, functionName, { readTenant: tenantId }, 'The access test');
      const reading = parseAs(tenantReadingAnswer, payload, 'The answer of the access test');
      if (reading.outcome !== 'unavailable') return reading;
      const { retryAfterSeconds } = reading;
      throw new TransientError('Visma is unavailable to the access test.', { retryAfterSeconds });
    },
  };
}

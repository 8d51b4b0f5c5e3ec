import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { tenantReadingAnswer } from '../../contracts/workflow/onboarding.ts';
import type { TenantReader } from '../../domain/tenant/repository.ts';
import { PermanentError, TransientError } from '../../platform/errors.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs, parseJson } from '../parsing.ts';

const functionError = z.object({ errorType: z.string().default('unknown') });

/**
 * Two calls to Visma and a cold start take longer than the other services; the caller's queue repeats, so that the
 * SDK need not.
 */
const settings = {
  maxAttempts: 1,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 25_000 },
};

/** Reads a tenant by invoking `test-access`, which alone may read the client secret. */
export function createTenantReader(functionName: string, client = new LambdaClient(settings)): TenantReader {
  return {
    read: async (tenantId) => {
      const command = new InvokeCommand({
        FunctionName: functionName,
        Payload: Buffer.from(JSON.stringify({ readTenant: tenantId })),
      });
      const answer = await call('The access test', () => client.send(command));
      const payload = parseJson(Buffer.from(answer.Payload ?? []).toString('utf8'));
      if (answer.FunctionError !== undefined) throw failureOf(payload);
      const reading = parseAs(tenantReadingAnswer, payload, 'The answer of the access test');
      if (reading.outcome !== 'unavailable') return reading;
      const { retryAfterSeconds } = reading;
      throw new TransientError('Visma is unavailable to the access test.', { retryAfterSeconds });
    },
  };
}

/** A crash or a timeout of the function says nothing about the tenant, so only a `PermanentError` is one here too. */
function failureOf(payload: unknown): Error {
  const parsed = functionError.safeParse(payload);
  const errorType = parsed.success ? parsed.data.errorType : 'unknown';
  const message = `The access test failed: ${errorType}.`;
  return errorType === 'PermanentError' ? new PermanentError(message) : new TransientError(message);
}

import * as z from 'zod';
import { TransientError } from '../../platform/errors.ts';

/** The parts of an SDK error that tell what it is. */
const sdkError = z.object({
  name: z.string(),
  code: z.string().optional(),
  $fault: z.enum(['client', 'server']).optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

/** Names with which the services ask to be called again. Anything else of the client's fault stays wrong. */
const transientNames: ReadonlySet<string> = new Set([
  'InternalServerError',
  'InternalServiceError',
  'InternalFailure',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeout',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** Node's codes of a connection that was never made, broke or stalled. */
const networkCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Codes after which the request has certainly not left this machine. */
const neverSentCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);

export function nameOf(error: unknown): string {
  const parsed = sdkError.safeParse(error);
  return parsed.success ? parsed.data.name : typeof error;
}

function isTransient(error: unknown): boolean {
  const parsed = sdkError.safeParse(error);
  if (!parsed.success) return false;
  const { name, code, $fault, $metadata } = parsed.data;
  return (
    transientNames.has(name) ||
    networkCodes.has(code ?? '') ||
    $fault === 'server' ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}

export function wasNeverSent(error: unknown): boolean {
  const parsed = sdkError.safeParse(error);
  return parsed.success && neverSentCodes.has(parsed.data.code ?? '');
}

/**
 * Runs one call to AWS. What may succeed later is thrown as `TransientError` with its cause; everything else (a missing
 * right, a malformed request) as it is, because no repetition mends it.
 */
export async function call<Answer>(what: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (!isTransient(error)) throw error;
    throw new TransientError(`${what} did not answer: ${nameOf(error)}.`, { cause: error });
  }
}

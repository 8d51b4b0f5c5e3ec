import * as z from 'zod';
import type { TokenPolicy } from '../../domain/token/token.ts';
import { jsonText } from '../json-text.ts';

const seconds = z.number().int().min(1);

/** The environment variable `TOKEN_POLICY`: a `TokenPolicy` as JSON, written by the stage's configuration. */
export const tokenPolicy = jsonText(
  z.object({
    leaseSeconds: seconds,
    waitSeconds: seconds,
    clockSkewSeconds: seconds,
    failureMemorySeconds: seconds,
    firstRetrySeconds: seconds,
    longestRetryAfterSeconds: seconds,
    rejectedRefreshSeconds: seconds,
    minimumRefreshSeconds: seconds,
    lookUpSeconds: seconds,
  }) satisfies z.ZodType<TokenPolicy>,
);

import * as z from 'zod';
import { connectionStates } from '../../domain/connection/connection.ts';

/** Of a token that the API refused: SHA-256 of the access token, hexadecimal. */
const rejectedTokenId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional();

/** What the token broker is invoked with. */
export const tokenRequest = z.union([
  z.strictObject({
    environmentId: z.string().min(1),
    administrationId: z.string().min(1),
    rejectedTokenId,
  }),
  z.strictObject({ connectionId: z.string().min(1), rejectedTokenId }),
]);
export type TokenRequest = z.infer<typeof tokenRequest>;

/** A token and what it is for. */
export const vismaToken = z.object({
  accessToken: z.string().min(1),
  tokenType: z.literal('Bearer'),
  expiresAt: z.iso.datetime(),
  tenantId: z.string(),
  connectionId: z.string(),
  companyName: z.string(),
  /** What the tenant's organisations were when the company was judged to be the customer's own. */
  organisations: z.array(
    z.object({
      organizationCd: z.string(),
      name: z.string(),
      corporateId: z.exactOptional(z.string()),
    }),
  ),
});
export type VismaToken = z.infer<typeof vismaToken>;

const tokenFailure = z.discriminatedUnion('failure', [
  /** The environment or administration is unknown, not mapped yet, or marked as not exported to Visma.net. */
  z.object({ failure: z.literal('administration-not-mapped') }),
  /** `unknown`: there is no such connection. */
  z.object({
    failure: z.literal('connection-not-active'),
    state: z.enum([...connectionStates, 'unknown']),
  }),
  /** The customer has to integrate again, or to grant what is missing. */
  z.object({
    failure: z.literal('tenant-disconnected'),
    reason: z.enum(['not-integrated', 'missing-scopes', 'disconnected']),
  }),
  /** Visma refuses our client id or secret: the platform's engineers are alarmed. */
  z.object({ failure: z.literal('client-rejected') }),
  z.object({
    failure: z.literal('temporarily-unavailable'),
    retryAfterSeconds: z.number().int().min(1),
  }),
]);
export type TokenRefusal = z.infer<typeof tokenFailure>;

export const tokenAnswer = z.union([vismaToken, tokenFailure]);

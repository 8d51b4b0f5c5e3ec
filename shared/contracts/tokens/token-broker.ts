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

const states = [...connectionStates, 'unknown'] as const;
const reasons = ['not-integrated', 'missing-scopes', 'disconnected'] as const;

/**
 * Why there is no token. Words are only ever added, and a word of its own only to what waiting does not mend: whatever
 * passes is `temporarily-unavailable`, so that clients who don't know a word may take it for permanent.
 */
const failuresWith = <State extends z.ZodType, Reason extends z.ZodType>(state: State, reason: Reason) =>
  z.discriminatedUnion('failure', [
    /** The environment or administration is unknown, not mapped yet, or marked as not exported to Visma.net. */
    z.object({ failure: z.literal('administration-not-mapped') }),
    /** `unknown`: there is no such connection. */
    z.object({ failure: z.literal('connection-not-active'), state }),
    /** The customer has to integrate again, or to grant what is missing. */
    z.object({ failure: z.literal('tenant-disconnected'), reason }),
    /** Visma refuses our client id or secret: the platform's engineers are alarmed. */
    z.object({ failure: z.literal('client-rejected') }),
    z.object({
      failure: z.literal('temporarily-unavailable'),
      retryAfterSeconds: z.number().int().min(1),
    }),
  ]);

const tokenFailure = failuresWith(z.enum(states), z.enum(reasons));
export type TokenRefusal = z.infer<typeof tokenFailure>;

/** What the broker answers. */
export const tokenAnswer = z.union([vismaToken, tokenFailure]);

/** The same failures as a client reads them: a newer broker may have more states and reasons. */
export const tokenFailureRead = failuresWith(z.string(), z.enum([...reasons, 'unknown']).catch('unknown'));
export type TokenRefusalRead = z.infer<typeof tokenFailureRead>;

import * as z from 'zod';
import { parseTenantId } from '../../domain/tenant/tenant-id.ts';

/**
 * Headers of Visma's webhook dispatcher (visma.md 5.3). Only the body is signed: these are hints until a token and a
 * read confirm them.
 */
export const vismaHeaders = {
  signature: 'x-vwd-signature-v1',
  eventId: 'x-vwd-event-id',
  notificationId: 'x-vwd-notification-id',
  tenantId: 'x-vwd-tenant-id',
} as const;

/** The event that tells of an approval in the App Store (visma.md [S16]); its body is unconfirmed. */
export const tenantApplicationAdded = 'tenant_application_added';

const body = z.looseObject({
  event: z.string().optional(),
  tenantId: z.string().optional(),
  tenant_id: z.string().optional(),
  TenantId: z.string().optional(),
});

/**
 * The tenant ID that a delivery names: the body's, which is signed, before the header's. `undefined` when neither holds a UUID.
 */
export function tenantIdOf(
  payload: unknown,
  headers: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const parsed = body.safeParse(payload);
  const named = parsed.success
    ? (parsed.data.tenantId ?? parsed.data.tenant_id ?? parsed.data.TenantId)
    : undefined;
  const value = named ?? headers[vismaHeaders.tenantId];
  return value === undefined ? undefined : parseTenantId(value);
}

/** The event type of a delivery: the body's before the header's. */
export function eventTypeOf(
  payload: unknown,
  headers: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const parsed = body.safeParse(payload);
  return (parsed.success ? parsed.data.event : undefined) ?? headers[vismaHeaders.eventId];
}

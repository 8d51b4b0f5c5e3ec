import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import {
  eventTypeOf,
  tenantApplicationAdded,
  tenantIdOf,
  vismaHeaders,
} from '../../shared/contracts/webhooks/visma.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { errorName } from '../../shared/platform/errors.ts';
import { digest } from '../../shared/platform/ids.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/platform/middleware/http-handler.ts';
import { isSignedByVisma, isVerified, type SigningKeys } from '../../shared/platform/signatures.ts';
import {
  accepted,
  ignored,
  malformed,
  notStored,
  notVerified,
  parseJsonBody,
} from '../../shared/platform/webhook-answers.ts';

export interface VismaIntake {
  readonly keys: SigningKeys;
  readonly enqueue: (message: InboundMessage) => Promise<void>;
  readonly clock: Clock;
  /** Ids and words only. */
  readonly log: (line: string, ids: Readonly<Record<string, string>>) => void;
}

/**
 * Verifies a delivery of Visma's dispatcher on its raw bytes, stores it on the inbound queue and acknowledges. Only the
 * body is signed, so the tenant ID stays a hint. Answers as the ticket webhook does.
 */
export async function receiveVismaDelivery(intake: VismaIntake, request: HttpRequest): Promise<HttpAnswer> {
  const { rawBody, headers } = request;
  const signature = headers[vismaHeaders.signature];
  if (!(await isVerified(intake.keys, (keys) => isSignedByVisma(rawBody, signature, keys)))) {
    return notVerified;
  }
  const payload = parseJsonBody(rawBody);
  if (payload === undefined) {
    return malformed('The body is not JSON.');
  }
  const notificationId = safeId(headers[vismaHeaders.notificationId]);
  if (eventTypeOf(payload, headers) !== tenantApplicationAdded) {
    intake.log('DELIVERY IGNORED', { notificationId, reason: 'unknown-event' });
    return ignored('unknown-event');
  }
  const tenantId = tenantIdOf(payload, headers);
  if (tenantId === undefined) {
    intake.log('DELIVERY MALFORMED', { notificationId, reason: 'no-tenant-id' });
    return malformed('Neither the body nor the header names a tenant ID.', [
      'tenantId',
      vismaHeaders.tenantId,
    ]);
  }
  try {
    await intake.enqueue({
      kind: 'visma-tenant-added',
      deliveryKey: deliveryKeyOf(notificationId, tenantId, rawBody),
      receivedAt: intake.clock().toISOString(),
      tenantId,
    });
  } catch (error) {
    intake.log('DELIVERY NOT STORED', { notificationId, error: errorName(error) });
    return notStored;
  }
  return accepted;
}

/**
 * The notification id is not signed: with a digest of what it came with, nobody can use up the key of a delivery that
 * is still to come. The tenant belongs to it since it may be known from a header only.
 */
function deliveryKeyOf(notificationId: string, tenantId: string, rawBody: Buffer): string {
  return `visma:${notificationId}:${digest(tenantId, rawBody.toString('base64')).slice(0, 32)}`;
}

/** What an unsigned header may add to a key and a log line. */
function safeId(notificationId: string | undefined): string {
  return /^[A-Za-z0-9_-]{1,64}$/.exec(notificationId ?? '')?.[0] ?? 'unnamed';
}

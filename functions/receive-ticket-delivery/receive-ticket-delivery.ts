import * as z from 'zod';
import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import { genericTicketDelivery, toTicketMessage } from '../../shared/contracts/webhooks/generic-ticket.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { errorName } from '../../shared/platform/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/platform/middleware/http-handler.ts';
import { isSignedStandardWebhook, isVerified, type SigningKeys } from '../../shared/platform/signatures.ts';
import {
  accepted,
  ignored,
  malformed,
  notStored,
  notVerified,
  parseJsonBody,
} from '../../shared/platform/webhook-answers.ts';

export interface TicketIntake {
  readonly keys: SigningKeys;
  readonly enqueue: (message: InboundMessage) => Promise<void>;
  readonly clock: Clock;
  /** Ids and words only. */
  readonly log: (line: string, ids: Readonly<Record<string, string>>) => void;
}

const envelope = z.looseObject({ type: z.string() });
const knownTypes: ReadonlySet<string> = new Set(genericTicketDelivery.shape.type.options);

/**
 * Verifies a delivery of the generic ticket webhook on its raw bytes, stores it on the inbound queue and acknowledges.
 * 401 not verified, 400 verified but malformed, 202 stored or of a type that we don't take, 503 not stored: send again.
 */
export async function receiveTicketDelivery(intake: TicketIntake, request: HttpRequest): Promise<HttpAnswer> {
  const { rawBody, headers } = request;
  if (!(await isVerified(intake.keys, (keys) => isSignedStandardWebhook(rawBody, headers, keys)))) {
    return notVerified;
  }
  const webhookId = headers['webhook-id'] ?? '';
  const payload = parseJsonBody(rawBody);
  if (payload === undefined) return malformed('The body is not JSON.');
  const typed = envelope.safeParse(payload);
  if (typed.success && !knownTypes.has(typed.data.type)) {
    intake.log('DELIVERY IGNORED', { webhookId, reason: 'unknown-type' });
    return ignored('unknown-type');
  }
  const delivery = genericTicketDelivery.safeParse(payload);
  if (!delivery.success) {
    return malformed(
      'The body does not have the shape of a ticket delivery.',
      delivery.error.issues.map((issue) => issue.path.join('.') || 'body'),
    );
  }
  try {
    await intake.enqueue({
      kind: 'ticket',
      deliveryKey: `ticket:generic:${webhookId}`,
      receivedAt: intake.clock().toISOString(),
      message: toTicketMessage(delivery.data),
    });
  } catch (error) {
    intake.log('DELIVERY NOT STORED', { webhookId, error: errorName(error) });
    return notStored;
  }
  return accepted;
}

import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import {
  hintsIn,
  isZohoProbe,
  zohoDeliveryKey,
  zohoTokenHeader,
} from '../../shared/contracts/webhooks/zoho-desk.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { errorName } from '../../shared/platform/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/platform/middleware/http-handler.ts';
import { isSameText } from '../../shared/platform/signatures.ts';
import { notVerified, parseJsonBody } from '../../shared/platform/webhook-answers.ts';

export interface ZohoIntake {
  readonly enabled: boolean;
  readonly orgId: string;
  /** The last part of our address, which only Zoho and we know. */
  readonly segment: { read(): Promise<string>; readAgain(): Promise<string> };
  readonly verify: (token: string) => Promise<boolean>;
  readonly enqueue: (message: InboundMessage) => Promise<void>;
  readonly clock: Clock;
  /** Ids and words only. */
  readonly log: (line: string, facts: Readonly<Record<string, string | number>>) => void;
}

const stored: HttpAnswer = { status: 200, body: { accepted: true } };
const nothingToDo: HttpAnswer = { status: 200, body: { accepted: false } };
/** Never 410: it would take our subscription away. */
const notFound: HttpAnswer = { status: 404, body: { error: 'not-found', message: 'There is nothing here.' } };
const notAllowed: HttpAnswer = {
  status: 405,
  headers: { allow: 'GET, HEAD, POST' },
  body: { error: 'method-not-allowed', message: 'Deliveries are sent by POST.' },
};
const notStored: HttpAnswer = {
  status: 500,
  body: { error: 'unavailable', message: 'The delivery could not be stored.' },
};

/**
 * Takes a delivery of Zoho Desk as a hint: ids only, since its token does not cover the body. 200 to probes, without any
 * effect, and to whatever is verified and stored or none of ours; 500 only when it could not be stored or verified:
 * nothing is sent again, so that an alarm tells it, and the reconciliation finds the ticket.
 */
export async function receiveZohoDelivery(intake: ZohoIntake, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers, rawBody } = request;
  if (!intake.enabled || !(await isOurAddress(intake, path))) return notFound;
  if (method === 'GET' || method === 'HEAD') return nothingToDo;
  if (method !== 'POST') return notAllowed;
  const token = headers[zohoTokenHeader];
  if (token === undefined || token === '' || isZohoProbe(rawBody)) return nothingToDo;
  try {
    if (!(await intake.verify(token))) return notVerified;
  } catch (error) {
    intake.log('DELIVERY NOT VERIFIABLE', { error: errorName(error) });
    return notStored;
  }
  const { hints, dropped } = hintsIn(parseJsonBody(rawBody) ?? []);
  if (dropped > 0) intake.log('EVENTS IGNORED', { dropped });
  try {
    const receivedAt = intake.clock().toISOString();
    for (const hint of hints) {
      const deliveryKey = zohoDeliveryKey(intake.orgId, hint);
      await intake.enqueue({ kind: 'zoho-desk-hint', deliveryKey, receivedAt, hint });
    }
  } catch (error) {
    intake.log('DELIVERY NOT STORED', { error: errorName(error) });
    return notStored;
  }
  return hints.length === 0 ? nothingToDo : stored;
}

async function isOurAddress({ segment }: ZohoIntake, path: string): Promise<boolean> {
  const given = path.split('/').at(-1) ?? '';
  return isSameText(given, await segment.read()) || isSameText(given, await segment.readAgain());
}

import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import {
  type InboundDependencies,
  processInbound,
} from '../../../functions/process-inbound/process-inbound.ts';
import type { InboundMessage } from '../../../shared/contracts/queues/inbound.ts';
import type { TicketMessage } from '../../../shared/contracts/webhooks/generic-ticket.ts';
import type { TenantReading } from '../../../shared/domain/tenant/identity.ts';
import type { HttpRequest } from '../../../shared/platform/middleware/http-handler.ts';
import { someTime } from '../../builders/history.ts';
import { createInMemoryStore, type InMemoryStore } from '../../doubles/in-memory-store.ts';

export const ticketKey = 'generic:4711';

/** The first delivery of a ticket by the registered contact; override what the test is about. */
function aTicketMessage(overrides: Partial<TicketMessage> = {}): TicketMessage {
  return {
    system: 'generic',
    kind: 'created',
    ticketId: '4711',
    subject: 'Koppeling',
    requesterEmail: 'finance@voorbeeld.example',
    fields: {},
    messageId: 'message-1',
    text: 'Graag ontvangen wij een uitnodigingscode voor Visma.net.',
    direction: 'inbound',
    at: someTime,
    ...overrides,
  };
}

export interface IntakeRig {
  readonly store: InMemoryStore;
  /** What a reading of a tenant answers; `not-integrated` for those that are not listed. */
  readonly readings: Map<string, TenantReading>;
  /** Tenants that were read, in order. */
  readonly read: string[];
  /** Each call is one delivery unless `deliveryKey` repeats one. */
  ticket(
    overrides?: Partial<TicketMessage>,
    delivery?: { deliveryKey?: string; receiveCount?: number },
  ): Promise<void>;
  tenantAdded(tenantId: string, delivery?: { deliveryKey?: string; receiveCount?: number }): Promise<void>;
  process(message: InboundMessage, receiveCount?: number, at?: Date): Promise<void>;
  /** Types of all entries that were written, in order. */
  told(): readonly string[];
}

const consentRetrySeconds = [15, 60];

export function createIntakeRig(store: InMemoryStore = createInMemoryStore()): IntakeRig {
  const readings = new Map<string, TenantReading>();
  const read: string[] = [];
  const dependencies: InboundDependencies = {
    ...store,
    tenantReader: {
      read: async (tenantId) => {
        read.push(tenantId);
        return readings.get(tenantId) ?? { outcome: 'not-integrated' };
      },
    },
    zohoTickets: undefined,
    enqueue: async () => {},
    log: () => {},
    clock: () => new Date(someTime),
    consentRetrySeconds,
  };
  let deliveries = 0;
  const next = () => {
    deliveries += 1;
    return `delivery-${deliveries}`;
  };
  const process = (message: InboundMessage, receiveCount = 1, at = new Date(someTime)) =>
    processInbound({ ...dependencies, clock: () => at }, message, receiveCount);
  return {
    store,
    readings,
    read,
    process,
    ticket: (overrides, { deliveryKey = next(), receiveCount = 1 } = {}) =>
      process(
        { kind: 'ticket', deliveryKey, receivedAt: someTime, message: aTicketMessage(overrides) },
        receiveCount,
      ),
    tenantAdded: (tenantId, { deliveryKey = next(), receiveCount = 1 } = {}) =>
      process({ kind: 'visma-tenant-added', deliveryKey, receivedAt: someTime, tenantId }, receiveCount),
    told: () => store.entries().map((entry) => entry.type),
  };
}

export function aRequest(rawBody: string | Buffer, headers: Record<string, string> = {}): HttpRequest {
  return {
    method: 'POST',
    path: '/webhooks',
    headers,
    rawBody: Buffer.from(rawBody),
    caller: undefined,
    requestId: 'request-1',
  };
}

export function standardHeaders(
  secret: string,
  body: string,
  at = new Date(),
  id = 'msg_1',
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

export function vismaSignature(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

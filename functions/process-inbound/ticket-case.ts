import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import type { DeliveryOutcome, DeliveryRepository } from '../../shared/domain/delivery/repository.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Cause } from '../../shared/domain/history/entry.ts';
import type { TenantReader, TenantRepository } from '../../shared/domain/tenant/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface TicketDependencies {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
  readonly deliveries: DeliveryRepository;
  readonly tenantReader: TenantReader;
  readonly clock: Clock;
  readonly consentRetrySeconds: readonly number[];
}

export type TicketDelivery = Extract<InboundMessage, { kind: 'ticket' }>;

/** One delivery of a ticket with what was found out about it. */
export interface TicketCase {
  readonly dependencies: TicketDependencies;
  readonly message: TicketDelivery['message'];
  readonly ticketKey: string;
  readonly cause: Cause & { readonly deliveryKey: string };
  readonly receiveCount: number;
  conclude(outcome: DeliveryOutcome): Promise<void>;
}

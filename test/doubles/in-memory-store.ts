import type { Campaign } from '../../shared/domain/campaign/campaign.ts';
import type { ImportRepository } from '../../shared/domain/campaign/imports.ts';
import type { Membership } from '../../shared/domain/campaign/membership.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import type { HealthSchedule, HealthTally } from '../../shared/domain/connection/health.ts';
import type { ConnectionRepository, WaitingRoom } from '../../shared/domain/connection/repository.ts';
import type { DeliveryRepository } from '../../shared/domain/delivery/repository.ts';
import type { Environment } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { HistoryEntry } from '../../shared/domain/history/entry.ts';
import type { Sendings } from '../../shared/domain/sending/sendings.ts';
import type { Stock } from '../../shared/domain/stock/stock.ts';
import type { TenantRepository } from '../../shared/domain/tenant/repository.ts';
import { inMemoryCampaigns } from './in-memory/campaigns.ts';
import {
  inMemoryConnections,
  inMemoryHealthSchedule,
  inMemoryHealthTally,
  inMemoryWaitingRoom,
} from './in-memory/connections.ts';
import { inMemoryDeliveries, inMemorySendings } from './in-memory/deliveries.ts';
import { inMemoryEnvironments, putEnvironment } from './in-memory/environments.ts';
import { inMemoryImports } from './in-memory/imports.ts';
import { inMemoryStock } from './in-memory/stock.ts';
import { inMemoryTenants } from './in-memory/tenants.ts';
import { World } from './in-memory/world.ts';

/** The ports that the table stands behind. */
export interface Store {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
  readonly stock: Stock;
  readonly deliveries: DeliveryRepository;
  readonly waitingRoom: WaitingRoom;
  readonly healthSchedule: HealthSchedule;
  readonly healthTally: HealthTally;
  readonly campaigns: CampaignRepository;
  readonly imports: ImportRepository;
  readonly mails: Sendings;
  readonly answers: Sendings;
}

export interface InMemoryStore extends Store {
  /** Every history entry of every aggregate, in the order of writing. */
  entries(): readonly HistoryEntry[];
  /**
   * Puts what a test starts from straight into the store: any state and version, no history. An environment's contacts
   * and company numbers are registered as its `save` would.
   */
  given(world: {
    readonly connections?: readonly Connection[];
    readonly environments?: readonly Environment[];
    readonly campaigns?: readonly Campaign[];
    readonly memberships?: readonly Membership[];
    /** Tenant ID → id of the connection that holds it. */
    readonly claims?: Readonly<Record<string, string>>;
  }): void;
}

/** The contract suites beside this file hold for it and for the real adapters alike. */
export function createInMemoryStore(): InMemoryStore {
  const world = new World();
  return {
    connections: inMemoryConnections(world),
    environments: inMemoryEnvironments(world),
    tenants: inMemoryTenants(world),
    stock: inMemoryStock(world),
    deliveries: inMemoryDeliveries(world),
    waitingRoom: inMemoryWaitingRoom(world),
    healthSchedule: inMemoryHealthSchedule(world),
    healthTally: inMemoryHealthTally(),
    campaigns: inMemoryCampaigns(world),
    imports: inMemoryImports(world),
    mails: inMemorySendings(world.mails),
    answers: inMemorySendings(world.answers),
    entries: () => structuredClone(world.entries),
    given: ({ connections = [], environments = [], campaigns = [], memberships = [], claims = {} }) => {
      for (const connection of connections) {
        world.connections.set(connection.connectionId, structuredClone(connection));
      }
      for (const environment of environments) putEnvironment(world, environment);
      for (const campaign of campaigns) world.campaigns.set(campaign.campaignId, structuredClone(campaign));
      for (const membership of memberships) {
        world.memberships.set(membership.environmentId, structuredClone(membership));
      }
      for (const [tenantId, connectionId] of Object.entries(claims)) world.claims.set(tenantId, connectionId);
    },
  };
}

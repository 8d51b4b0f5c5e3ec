import type {
  LinkKeyRotation,
  LinkKeyRotationAnswer,
} from '../../shared/contracts/commands/link-key-rotation.ts';
import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import type { ReminderMessage } from '../../shared/contracts/queues/reminders.ts';
import type { ImportRepository } from '../../shared/domain/campaign/imports.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import type { OnboardingPolicy } from '../../shared/domain/connection/policy.ts';
import type { ConnectionRepository, WaitingRoom } from '../../shared/domain/connection/repository.ts';
import type { DeliveryRepository } from '../../shared/domain/delivery/repository.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Cause } from '../../shared/domain/history/entry.ts';
import type { Stock } from '../../shared/domain/stock/stock.ts';
import type { TenantRepository } from '../../shared/domain/tenant/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

/** The history's dead letters are positions in a stream: there is nothing to move. */
type RedrivableQueue = Exclude<CommandOf<'RedriveDeadLetters'>['queue'], 'history'>;

export interface OperatorDependencies {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
  readonly deliveries: DeliveryRepository;
  readonly stock: Stock;
  readonly campaigns: CampaignRepository;
  readonly imports: ImportRepository;
  readonly waitingRoom: WaitingRoom;
  readonly policy: OnboardingPolicy;
  readonly clock: Clock;
  /** Starts to move dead letters back to the queue that they came from. */
  readonly redrive: (queue: RedrivableQueue) => Promise<'started' | 'already-running'>;
  /** Has the connection's health checked as soon as the queue delivers. */
  readonly checkHealth: (
    connectionId: string,
    requested: { readonly by: string; readonly deliveryKey: string },
  ) => Promise<void>;
  /** Has the rotation of the client secret look at its labels as soon as the queue delivers. */
  readonly rotateClientSecret: () => Promise<void>;
  /** Has reminders or digests sent as soon as the queue delivers. */
  readonly startReminders: (message: ReminderMessage) => Promise<void>;
  /** Has the form of an import's file checked, and its rows imported, as soon as the queue delivers. */
  readonly splitFile: (importId: string) => Promise<void>;
  readonly rotateLinkKey: (rotation: LinkKeyRotation) => Promise<LinkKeyRotationAnswer>;
}

/** Who commands, when, and what makes a repetition recognisable. */
export type CommandCause = Cause & {
  readonly deliveryKey: string;
  /** The same in all sessions of one person; see person.ts. */
  readonly person: string;
};

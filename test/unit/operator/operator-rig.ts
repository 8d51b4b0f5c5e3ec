import type { OperatorDependencies } from '../../../functions/run-operator-command/dependencies.ts';
import { runOperatorCommand } from '../../../functions/run-operator-command/run-operator-command.ts';
import type { LinkKeyRotation } from '../../../shared/contracts/commands/link-key-rotation.ts';
import type { ReminderMessage } from '../../../shared/contracts/queues/reminders.ts';
import type { HttpAnswer } from '../../../shared/platform/middleware/http-handler.ts';
import { aPolicy } from '../../builders/connection.ts';
import { someTime } from '../../builders/history.ts';
import { createInMemoryStore, type InMemoryStore } from '../../doubles/in-memory-store.ts';

export const alice = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Operator_0123456789abcdef/first';
export const bob = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Operator_0123456789abcdef/second';

export interface OperatorRig {
  readonly store: InMemoryStore;
  readonly redriven: string[];
  /** Connections whose check was queued, and by which command. */
  readonly checked: { readonly connectionId: string; readonly by: string; readonly deliveryKey: string }[];
  /** One for each time that the rotation was asked to look. */
  readonly rotations: string[];
  /** What was put into the reminders' queue. */
  readonly reminders: ReminderMessage[];
  /** Imports whose files are to be split. */
  readonly splits: string[];
  /** What the rotation of the link key was asked. */
  readonly linkKeyRotations: LinkKeyRotation[];
  /** Sends a command as `alice` unless told otherwise. */
  send(
    command: object | string,
    caller?: string | undefined,
    instead?: Partial<OperatorDependencies>,
  ): Promise<HttpAnswer>;
  told(): readonly string[];
}

export function createOperatorRig(): OperatorRig {
  const store = createInMemoryStore();
  const redriven: string[] = [];
  const checked: OperatorRig['checked'] = [];
  const rotations: string[] = [];
  const reminders: ReminderMessage[] = [];
  const splits: string[] = [];
  const linkKeyRotations: LinkKeyRotation[] = [];
  const dependencies: OperatorDependencies = {
    ...store,
    policy: aPolicy(),
    clock: () => new Date(someTime),
    redrive: async (queue) => {
      redriven.push(queue);
      return 'started';
    },
    checkHealth: async (connectionId, requested) => {
      checked.push({ connectionId, ...requested });
    },
    rotateClientSecret: async () => {
      rotations.push('asked');
    },
    startReminders: async (message) => {
      reminders.push(message);
    },
    splitFile: async (importId) => {
      splits.push(importId);
    },
    rotateLinkKey: async (rotation) => {
      linkKeyRotations.push(rotation);
      return { outcome: 'rotated' };
    },
  };
  let requests = 0;
  return {
    store,
    redriven,
    checked,
    rotations,
    reminders,
    splits,
    linkKeyRotations,
    told: () => store.entries().map((entry) => entry.type),
    send: (command, ...others) => {
      const [caller, instead] = others;
      requests += 1;
      return runOperatorCommand(
        { ...dependencies, ...instead },
        {
          method: 'POST',
          path: '/operator/commands',
          headers: {},
          rawBody: Buffer.from(typeof command === 'string' ? command : JSON.stringify(command)),
          caller: others.length === 0 ? alice : caller,
          requestId: `request-${requests}`,
        },
      );
    },
  };
}

/** A registration as an operator sends it; override what the test is about. */
export function aRegistration(overrides: object = {}) {
  return {
    command: 'RegisterEnvironment',
    environmentId: 'voorbeeld',
    name: 'Voorbeeld Groep',
    locale: 'nl',
    contacts: [{ email: 'Finance@Voorbeeld.example', name: 'Finance' }],
    contactPerson: { email: 'consultant@vendor.example' },
    exportFormats: ['Visma.net Financials'],
    companies: [
      { name: 'Voorbeeld Holding B.V.', corporateId: '1234.5678' },
      { name: 'Voorbeeld Transport B.V.', corporateId: '87654321' },
    ],
    administrations: [
      { administrationId: '1', name: 'Holding', company: '12345678' },
      { administrationId: '2', name: 'Transport' },
    ],
    ...overrides,
  };
}

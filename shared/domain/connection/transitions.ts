import { type ConnectionState, connectionStates } from './connection.ts';

/**
 * From which state a connection may go to which. Data, so that the diagram of the README, the conditions of the
 * table and the generated tests read the same lines.
 */
export const transitions: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  'code-requested': ['code-issued', 'tenant-id-received', 'needs-attention', 'cancelled'],
  'code-issued': [
    'code-requested',
    'app-integrated',
    'tenant-id-received',
    'expired',
    'needs-attention',
    'cancelled',
  ],
  'app-integrated': ['code-requested', 'tenant-id-received', 'expired', 'needs-attention', 'cancelled'],
  // Back to the customer after a failed access test: to the state that the failure leaves true.
  'tenant-id-received': [
    'access-tested',
    'code-requested',
    'code-issued',
    'app-integrated',
    'disconnected',
    'needs-attention',
    'cancelled',
  ],
  'access-tested': [
    'activated',
    'tenant-id-received',
    'code-issued',
    'code-requested',
    'disconnected',
    'needs-attention',
    'cancelled',
  ],
  activated: ['disconnected', 'cancelled'],
  'needs-attention': [
    'code-requested',
    'code-issued',
    'app-integrated',
    'tenant-id-received',
    'access-tested',
    'cancelled',
  ],
  // Through the ordinary access test: what was its tenant may be somebody else's now, or another company's.
  disconnected: ['tenant-id-received', 'code-requested', 'cancelled'],
  cancelled: ['code-requested'],
  // A tenant ID that arrives late still counts: the code may have been used in time.
  expired: ['code-requested', 'tenant-id-received', 'needs-attention', 'cancelled'],
};

/** States in which no execution of the onboarding works on the connection. */
export const restingStates: readonly ConnectionState[] = [
  'activated',
  'needs-attention',
  'disconnected',
  'cancelled',
  'expired',
];

export function isLegal(from: ConnectionState, to: ConnectionState): boolean {
  return from === to || transitions[from].includes(to);
}

/** The states from which `to` may be entered. */
export function legalPriors(to: ConnectionState): readonly ConnectionState[] {
  return connectionStates.filter((from) => transitions[from].includes(to));
}

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
  readonly from: ConnectionState;
  readonly to: ConnectionState;
  constructor(from: ConnectionState, to: ConnectionState) {
    super(`A connection in state ${from} cannot become ${to}.`);
    this.from = from;
    this.to = to;
  }
}

import type { AttentionReason } from '../../../shared/domain/connection/connection.ts';
import type { Wait } from '../../../shared/domain/connection/next-step.ts';

/** An execution as the workflow service knows it. */
export interface Run {
  readonly name: string;
  readonly connectionId: string;
  readonly attempt: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  at: Place;
  /** States entered, as the workflow service bills them. */
  transitions: number;
}

/** Where an execution is in the chain of infra/workflows/onboarding-definition.ts. */
export type Place =
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'flag'; readonly reason: AttentionReason; readonly error: string }
  | { readonly kind: 'wait'; readonly wait: Wait; readonly waitSeconds: number }
  | { readonly kind: 'parked'; readonly wait: Wait; readonly token: string; readonly until: number }
  | { readonly kind: 'over' };

type Task =
  | 'resume-onboarding'
  | 'issue-invitation-code'
  | 'test-access'
  | 'activate-connection'
  | 'apply-fact'
  | 'expire-invitation-code';

/** The retries of every task; a crash stands for the errors of the Lambda service. */
export function isRetried(error: unknown): boolean {
  return error instanceof Error && (error.name === 'Crash' || error.name === 'TransientError');
}

/** `States.ALL` is caught: an operator is called. */
export function caught(task: Task | undefined, error: unknown): Place {
  const name = error instanceof Error ? error.name : 'unknown';
  const unavailable = task === 'test-access' && name === 'TransientError';
  return { kind: 'flag', reason: unavailable ? 'visma-unavailable' : 'step-failed', error: name };
}

/** `States.Timeout` of a wait is caught. */
export function afterTimeout(wait: Wait): Place {
  switch (wait) {
    case 'wait-for-customer':
      return { kind: 'task', task: 'expire-invitation-code' };
    case 'wait-for-propagation':
      return { kind: 'task', task: 'test-access' };
    case 'wait-for-stock':
      return { kind: 'task', task: 'issue-invitation-code' };
    case 'wait-for-mapping':
      return { kind: 'flag', reason: 'mapping-overdue', error: 'States.Timeout' };
  }
}

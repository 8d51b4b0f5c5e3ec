import type { HistoryEntry } from '../history/entry.ts';
import { isFact } from './change.ts';
import type { Connection } from './connection.ts';
import type { OnboardingPolicy } from './policy.ts';

/** What the workflow does next. Each is a state of the `onboarding` state machine, `end` its success. */
export const nextSteps = [
  'issue-invitation-code',
  'wait-for-stock',
  'wait-for-customer',
  'test-access',
  'wait-for-propagation',
  'activate-connection',
  'wait-for-mapping',
  'end',
] as const;

export type Step =
  | { readonly next: 'issue-invitation-code' | 'test-access' | 'activate-connection' | 'end' }
  | { readonly next: Wait; readonly waitSeconds: number };

export const waits = [
  'wait-for-stock',
  'wait-for-customer',
  'wait-for-propagation',
  'wait-for-mapping',
] as const;
export type Wait = (typeof waits)[number];

/**
 * The step that a stored state asks for. Every task answers with it, so that a repeated task, a new execution and a
 * first run cannot differ. An execution that a later attempt has replaced ends.
 */
export function nextStep(connection: Connection, attempt: number, now: string): Step {
  if (attempt !== connection.attempt) return { next: 'end' };
  switch (connection.state) {
    case 'code-requested':
      return { next: 'issue-invitation-code' };
    case 'code-issued':
    case 'app-integrated':
      return {
        next: 'wait-for-customer',
        waitSeconds: secondsUntil(
          connection.invitationCode?.noticeAt ?? connection.invitationCode?.expiresAt ?? now,
          now,
        ),
      };
    case 'tenant-id-received':
      return { next: 'test-access' };
    case 'access-tested':
      return { next: 'activate-connection' };
    default:
      return { next: 'end' };
  }
}

/** Whole seconds, at least 1: what a `TimeoutSeconds` accepts. */
export function secondsUntil(then: string, now: string): number {
  return Math.max(1, Math.ceil((Date.parse(then) - Date.parse(now)) / 1000));
}

/**
 * Seconds until "not integrated" is asked again, or `undefined` when consent has had its time. The wait doubles: each
 * equals the time already waited.
 */
export function propagationWait(
  connection: Connection,
  policy: OnboardingPolicy,
  now: string,
): number | undefined {
  const waited = (Date.parse(now) - Date.parse(connection.tenantIdAt ?? now)) / 1000;
  const left = policy.propagationSeconds - waited;
  if (left <= 0) return undefined;
  return Math.max(1, Math.ceil(Math.min(left, Math.max(policy.propagationFirstWaitSeconds, waited))));
}

const waitedIn: Readonly<Record<Wait, readonly Connection['state'][]>> = {
  'wait-for-stock': ['code-requested'],
  'wait-for-customer': ['code-issued', 'app-integrated'],
  'wait-for-propagation': ['tenant-id-received'],
  'wait-for-mapping': ['access-tested'],
};

/**
 * Whether there is nothing left to wait for. Asked after the task token is stored, so that whatever is written later
 * finds the token. `entries` are the history above `consumedFact`; the last two say what the wait is about.
 */
export function isOver(
  wait: Wait,
  connection: Connection,
  attempt: number,
  entries: readonly HistoryEntry[],
  world: { readonly stockAvailable: boolean; readonly mappingComplete: boolean },
): boolean {
  if (attempt !== connection.attempt || !waitedIn[wait].includes(connection.state)) return true;
  if (entries.some((entry) => isFact(entry) && entry.sequence > connection.consumedFact)) return true;
  if (wait === 'wait-for-stock') return world.stockAvailable;
  if (wait === 'wait-for-mapping') return world.mappingComplete;
  return false;
}

import type { AskForToken } from '../../../functions/rotate-client-secret/judge-secret.ts';
import {
  type Rotation,
  rotateClientSecret,
} from '../../../functions/rotate-client-secret/rotate-client-secret.ts';
import type { RotationPolicy } from '../../../shared/domain/rotation/policy.ts';
import { PermanentError, TransientError } from '../../../shared/platform/errors.ts';
import {
  createInMemoryClientSecret,
  type InMemoryClientSecret,
} from '../../doubles/in-memory/client-secret-versions.ts';

export const policy: RotationPolicy = {
  patienceSeconds: 600,
  fallbackSeconds: 3_600,
  confirmSeconds: 5,
  tenantsTested: 3,
};

export const clientOf = (clientSecret: string, clientId = 'isv_test') => ({ clientId, clientSecret });

/** The simulated token endpoint: which secrets it accepts, for which tenants, and whether it is there at all. */
interface Portal {
  readonly accepted: Set<string>;
  /** Tenants that integrated the application `isv_test`. */
  readonly integrated: Set<string>;
  /** Of the next requests; then all is well again. */
  readonly mishaps: ('away' | 'refused' | 'unexplained')[];
  isAway: boolean;
  /** What it was asked: `<secret> <tenant>`. */
  readonly asked: string[];
}

export interface RotationRig {
  readonly secret: InMemoryClientSecret;
  readonly portal: Portal;
  readonly rotation: Rotation;
  /** Of active connections. */
  readonly tenants: string[];
  readonly lines: { line: string; facts: Readonly<Record<string, string>> }[];
  pass(seconds: number): void;
  now(): number;
  run(change?: Partial<Rotation>): ReturnType<typeof rotateClientSecret>;
  /** The secrets behind the labels. */
  labelled(): Readonly<Record<string, string>>;
}

/** A secret `first` that the portal accepts, and three active tenants. */
export function createRotationRig(): RotationRig {
  let now = Date.parse('2026-03-02T09:00:00Z');
  const secret = createInMemoryClientSecret(() => now);
  secret.put(clientOf('first'));
  const tenants = ['tenant-1', 'tenant-2', 'tenant-3'];
  const portal: Portal = {
    accepted: new Set(['first']),
    integrated: new Set(tenants),
    mishaps: [],
    isAway: false,
    asked: [],
  };
  const lines: RotationRig['lines'] = [];
  const ask: AskForToken = async ({ clientId, clientSecret }, tenantId) => {
    portal.asked.push(`${clientSecret} ${tenantId}`);
    const mishap = portal.mishaps.shift();
    if (portal.isAway || mishap === 'away') throw new TransientError('Visma Connect did not answer.');
    if (mishap === 'unexplained') throw new PermanentError('Visma Connect answered 403.');
    if (mishap === 'refused' || !portal.accepted.has(clientSecret)) return { outcome: 'client-rejected' };
    if (clientId !== 'isv_test' || !portal.integrated.has(tenantId)) return { outcome: 'not-integrated' };
    return { outcome: 'token', accessToken: `token-of-${clientSecret}`, expiresInSeconds: 3_600 };
  };
  const rotation: Rotation = {
    versions: secret.versions,
    ask,
    tenants: async () => tenants.slice(0, policy.tenantsTested),
    policy,
    clock: () => new Date(now),
    pause: async (seconds) => {
      now += seconds * 1_000;
    },
    log: {
      info: (line, facts) => lines.push({ line, facts }),
      error: (line, facts) => lines.push({ line, facts }),
    },
  };
  return {
    secret,
    portal,
    rotation,
    tenants,
    lines,
    now: () => now,
    pass: (seconds) => {
      now += seconds * 1_000;
    },
    run: (change = {}) => rotateClientSecret({ ...rotation, ...change }),
    labelled: () =>
      Object.fromEntries(
        Object.entries(secret.holders()).map(([label, id]) => [label, secretIn(secret.value(id))]),
      ),
  };
}

export function secretIn(value: string): string {
  return /"clientSecret":"([^"]*)"/.exec(value)?.[1] ?? value;
}

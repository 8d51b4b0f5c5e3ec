import fc from 'fast-check';
import type { Rotation } from '../../../functions/rotate-client-secret/rotate-client-secret.ts';
import { clientOf, createRotationRig, policy, type RotationRig } from './rotation-rig.ts';

/** What operators, the portal and time do. */
export type Change =
  /** A secret is staged, as it should be, or made current at once, as it should not. */
  | { readonly do: 'stage' | 'put-current'; readonly secret: string }
  | { readonly do: 'accept' | 'revoke'; readonly secret: string }
  /** Until the next such step. */
  | { readonly do: 'away'; readonly is: boolean }
  | { readonly do: 'pass'; readonly seconds: number };

/** Runs at the same time, one for each of `kills`. */
export interface Runs {
  readonly do: 'run';
  readonly kills: readonly (Kill | undefined)[];
  readonly mishaps: readonly (Mishap | undefined)[];
}

/** Where a run is killed: at its n-th call, before it takes effect or after. */
export interface Kill {
  readonly call: number;
  readonly when: 'before' | 'after';
}
type Mishap = RotationRig['portal']['mishaps'][number];

export const secrets = ['first', 'second', 'third', 'fourth'] as const;
const secret = fc.constantFrom(...secrets);
const staged = fc.oneof({ weight: 8, arbitrary: secret }, { weight: 1, arbitrary: fc.constant('no client') });
const seconds = fc.constantFrom(
  1,
  60,
  policy.patienceSeconds,
  policy.fallbackSeconds + policy.patienceSeconds,
);
const kill = fc.record({
  call: fc.nat({ max: 12 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});
/** Of up to three runs at the same time. */
export const kills = fc.array(fc.option(kill, { nil: undefined }), { minLength: 1, maxLength: 3 });
const changed = fc.record({ do: fc.constantFrom('accept' as const, 'revoke' as const), secret });
const stage = fc.record({ do: fc.constant('stage' as const), secret: staged });

/** Steps of a story; in a run, requests can meet one of `mishaps`. */
export function story(...mishaps: readonly Mishap[]): fc.Arbitrary<(Change | Runs)[]> {
  const runs = fc.record({
    do: fc.constant('run' as const),
    kills,
    mishaps: fc.array(fc.constantFrom(...mishaps, undefined), { maxLength: 8 }),
  });
  const step: fc.Arbitrary<Change | Runs> = fc.oneof(
    { weight: 3, arbitrary: stage },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('put-current' as const), secret }) },
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('away' as const), is: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds }) },
    { weight: 6, arbitrary: runs },
  );
  return fc.array(step, { minLength: 3, maxLength: 24 });
}

/** What happens in the middle of runs. */
export const meanwhiles: fc.Arbitrary<Change[]> = fc.array(fc.oneof(changed, stage), { maxLength: 6 });

/** The portal accepts whatever it made, until it is revoked. */
export function startedRig(): RotationRig {
  const rig = createRotationRig();
  for (const made of secrets) rig.portal.accepted.add(made);
  return rig;
}

export function apply(rig: RotationRig, step: Change): void {
  switch (step.do) {
    case 'stage':
      rig.secret.put(step.secret === 'no client' ? step.secret : clientOf(step.secret), ['AWSPENDING']);
      rig.pass(1);
      break;
    case 'put-current':
      rig.secret.put(clientOf(step.secret));
      rig.pass(1);
      break;
    case 'accept':
      rig.portal.accepted.add(step.secret);
      break;
    case 'revoke':
      rig.portal.accepted.delete(step.secret);
      break;
    case 'away':
      rig.portal.isAway = step.is;
      break;
    case 'pass':
      rig.pass(step.seconds);
      break;
  }
}

type Holders = Readonly<Record<string, string>>;
/** Looks at one change of the labels. */
export type Check = (rig: RotationRig, before: Holders, after: Holders) => void;

class Killed extends Error {
  override readonly name = 'Killed';
}

/** The runs, of which every call waits for its turn among the others', `meanwhile` and those of `beside`. */
export async function runTogether(
  rig: RotationRig,
  { kills, mishaps }: Runs,
  scheduler: fc.Scheduler,
  check: Check,
  meanwhile: readonly Change[] = [],
  beside: () => Promise<void> = async () => undefined,
): Promise<void> {
  rig.portal.mishaps.splice(
    0,
    rig.portal.mishaps.length,
    ...mishaps.filter((mishap) => mishap !== undefined),
  );
  const runs = kills.map(async (killed) => {
    // The queue gives back the message of a run that failed.
    await rig.run(interleaved(rig, scheduler, check, killed)).catch((error: Error) => {
      if (error.name !== 'Killed' && error.name !== 'TransientError') throw error;
    });
  });
  const changes = meanwhile.map(async (change) => {
    await scheduler.schedule(Promise.resolve(), change.do);
    apply(rig, change);
  });
  await scheduler.waitFor(Promise.all([...runs, ...changes, beside()]));
  rig.portal.mishaps.splice(0);
}

function interleaved(
  rig: RotationRig,
  scheduler: fc.Scheduler,
  check: Check,
  killed: Kill | undefined,
): Partial<Rotation> {
  const { versions, ask, pause } = rig.rotation;
  let calls = 0;
  const turn = async <T>(label: string, call: () => Promise<T>): Promise<T> => {
    const number = calls;
    calls += 1;
    await scheduler.schedule(Promise.resolve(), label);
    if (killed?.call === number && killed.when === 'before') throw new Killed();
    const answer = await call();
    if (killed?.call === number && killed.when === 'after') throw new Killed();
    return answer;
  };
  const change = (label: string, call: () => Promise<void>) =>
    turn(label, async () => {
      const before = rig.secret.holders();
      await call();
      check(rig, before, rig.secret.holders());
    });
  return {
    versions: {
      labels: () => turn('labels', () => versions.labels()),
      read: (id) => turn('read', () => versions.read(id)),
      makeCurrent: (id, insteadOf) => change('makeCurrent', () => versions.makeCurrent(id, insteadOf)),
      removeLabel: (label, id) => change('removeLabel', () => versions.removeLabel(label, id)),
    },
    // A request that fails is no kill: the run takes it for an outage.
    ask: async (client, tenantId) => {
      await scheduler.schedule(Promise.resolve(), 'ask');
      return ask(client, tenantId);
    },
    pause: (length) => turn('pause', () => pause(length)),
  };
}

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChaos } from '../../../infra/local/cloud/chaos.ts';
import { Reference } from '../../unit/onboarding/reference.ts';
import { type Action, members, ownTenant, tenants } from '../../unit/onboarding/town.ts';
import { eventually } from '../cloud/poll.ts';
import { checkStage } from './invariants.ts';
import { type Deed, type RealTenant, RealTown, realTenants, type Visible } from './real-town.ts';
import { pause, Stage } from './stage.ts';

/** Fixed unless told, since a run takes a minute: the model's own tests, without a stage, look everywhere. */
const seed = Number(process.env.MODEL_SEED ?? 12);
const townCount = 6;
const rounds = 9;
const delayMs = 300;

const who = fc.constantFrom(...members);
const operator = fc.constant('operator' as const);
const ticket = fc.constant('ticket' as const);
/** By ticket for C only, who has one company: which of several is meant is a matter of the intake's own tests. */
const wishes: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: who.map((one) => tenantBy(one, ownTenant[one] as RealTenant, 'operator')) },
  { weight: 3, arbitrary: fc.constantFrom(...realTenants).map((tenant) => tenantBy('C', tenant, 'ticket')) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(who, fc.constantFrom(...realTenants))
      .map(([one, tenant]) => tenantBy(one, tenant, 'operator')),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('CodeRequested', 'AccessTestRetryRequested'),
      who,
      by: operator,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('CodeRequested', 'IntegrationReported'),
      who: fc.constant('C'),
      by: ticket,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('check'), who, next: fc.constantFrom(true, true, false) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      who,
      decision: fc.constantFrom('approve', 'approve', 'approve', 'reject'),
      operator: fc.constantFrom('operator:1', 'operator:2'),
      tenant: fc.constantFrom(...realTenants),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('map'),
      administrations: fc.constantFrom(['A', 'B'], ['A'], ['B']),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('switch'),
      tenant: fc.constantFrom('ofA', 'ofB', 'ofC'),
      condition: fc.constantFrom('read', 'wrong-organisation', 'no-licence', 'missing-scopes'),
    }),
  },
) as fc.Arbitrary<Deed>;

function tenantBy(one: (typeof members)[number], tenant: RealTenant, by: 'ticket' | 'operator'): Deed {
  return { do: 'tenant', who: one, tenant, by };
}

/** What seldom comes about by chance: an active connection breaks, is checked for days, and may be mended. */
const breaking: fc.Arbitrary<readonly Deed[]> = fc
  .record({
    condition: fc.constantFrom('wrong-organisation', 'no-licence', 'missing-scopes'),
    isMended: fc.boolean(),
    by: fc.constantFrom('check', 'ticket'),
  })
  .map(({ condition, isMended, by }) => [
    tenantBy('C', 'ofC', 'operator'),
    { do: 'switch', tenant: 'ofC', condition },
    ...Array<Deed>(3).fill({ do: 'check', who: 'C', next: true }),
    ...(isMended ? [{ do: 'switch', tenant: 'ofC', condition: 'read' } as const] : []),
    by === 'check' ? { do: 'check', who: 'C', next: true } : tenantBy('C', 'ofC', 'ticket'),
  ]);

interface Story {
  readonly deeds: readonly Deed[];
  /** How often each comes, and which earlier one comes again with it. */
  readonly copies: readonly number[];
  readonly repeats: readonly number[];
}

/** The model after these deeds, with the stock filled from the start. */
function after(deeds: readonly Deed[]): Reference {
  const reference = new Reference();
  reference.act({ do: 'codes' });
  reference.begin();
  for (const deed of deeds) reference.act(deed as Action);
  return reference;
}

/** What the model leaves open, or the stage's own policy has otherwise, is not told. */
function isTellable(told: readonly Deed[], next: Deed): boolean {
  const before = after(told);
  if (next.do === 'map') {
    // The command knows no mapping to a connection that was cancelled.
    if (next.administrations.some((one) => before.connections[one].state === 'cancelled')) return false;
  }
  if (next.do === 'IntegrationReported' && before.connections.C.lastFailure !== undefined) return false;
  const reference = after([...told, next]);
  return !reference.ambiguous && members.every((one) => reference.connections[one].failures < 5);
}

const story: fc.Arbitrary<Story> = fc
  .record({
    begin: fc.oneof({ weight: 1, arbitrary: breaking }, { weight: 1, arbitrary: fc.constant([]) }),
    wished: fc.array(wishes, { minLength: rounds * 4, maxLength: rounds * 4 }),
    copies: fc.array(fc.constantFrom(1, 1, 2), { minLength: rounds, maxLength: rounds }),
    repeats: fc.array(fc.nat(), { minLength: rounds, maxLength: rounds }),
  })
  .map(({ begin, wished, copies, repeats }) => {
    const deeds: Deed[] = [];
    for (const wish of [...begin, ...wished]) {
      if (deeds.length === rounds) break;
      const deed = wish.do === 'decide' ? seen(deeds, wish) : wish;
      if (deed !== undefined && isTellable(deeds, deed)) deeds.push(deed);
    }
    return { deeds, copies, repeats };
  });

/** An operator decides on the tenant that is shown to him. */
function seen(told: readonly Deed[], deed: Extract<Deed, { do: 'decide' }>): Deed | undefined {
  const { tenant } = expected(after(told), deed.who);
  const shown = realTenants.find((name) => name === tenant);
  return shown && { ...deed, tenant: shown };
}

function expected(reference: Reference, one: (typeof members)[number]): Visible {
  const { tenant, code, failing, broken, ...its } = reference.connections[one];
  const { state, reason, lastFailure, codesIssued, failures } = its;
  const counts = { codesIssued, failures, failing: failing.length };
  const name = realTenants.find((known) => tenants[known].id === tenant);
  const flags = { hasCode: code !== undefined, isBroken: broken !== undefined };
  return { state, tenant: name, reason, lastFailure, ...counts, ...flags };
}

describe(`generated stories on the running stage (MODEL_SEED=${seed})`, () => {
  let stage: Stage;
  beforeAll(async () => {
    const chaos = createChaos({ seed, duplicates: 0.25, reorder: 0.5, delayMs });
    stage = await Stage.start({ chaos });
  });
  afterAll(() => stage?.stop());

  it('come to what the model says, deed by deed, though everything comes twice, late and in any order', async () => {
    const stories = fc.sample(story, { seed, numRuns: townCount });
    await stage.addCodes(townCount * 18);
    const towns = stories.map(() => new RealTown(stage));
    await Promise.all(towns.map((town) => town.begin()));
    const begun = Date.now();
    const reached = new Set<string>();
    let compared = 0;
    for (let round = 0; round <= rounds; round += 1) {
      if (round > 0) await Promise.all(towns.map((town, index) => tell(town, stories[index]!, round - 1)));
      await stage.settled(delayMs + 500);
      for (const [index, town] of towns.entries()) {
        const told = stories[index]!.deeds.slice(0, round);
        const reference = after(told);
        for (const one of members) {
          const wanted = expected(reference, one);
          expect(await soon(town, one, wanted), `${one} after ${JSON.stringify(told)}`).toEqual(wanted);
          reached.add(`${wanted.state} ${wanted.reason ?? wanted.lastFailure ?? ''}`);
          compared += 1;
        }
      }
    }
    console.log(
      `seed ${seed}: ${townCount} towns, ${rounds} deeds each, ${compared} comparisons, ${Date.now() - begun} ms; reached: ${[...reached].sort().join(', ')}`,
    );
    expect(reached.size).toBeGreaterThan(5);
    expect([...reached].join()).toContain('disconnected');
    await checkStage(stage, await stage.connections());
  }, 240_000);
});

async function tell(town: RealTown, { deeds, copies, repeats }: Story, index: number): Promise<void> {
  const deed = deeds[index];
  if (deed !== undefined) await town.act(deed, copies[index] ?? 1);
  await town.repeat(repeats[index] ?? 0);
}

/** What is seen; a task may still be waiting to be tried again, so a difference is looked at for a while. */
async function soon(town: RealTown, one: (typeof members)[number], wanted: Visible): Promise<Visible> {
  let last = await town.look(one);
  await eventually(
    async () => {
      if (isDeepStrictEqual(last, wanted)) return true;
      await pause(300);
      last = await town.look(one);
      return undefined;
    },
    'the model',
    10_000,
  ).catch(() => undefined);
  return last;
}

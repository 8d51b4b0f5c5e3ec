import fc from 'fast-check';
import type { Chaos } from './simulation.ts';
import { type Action, conditions, members, ownTenant, type TenantName, tenants } from './town.ts';

const who = fc.constantFrom(...members);
const names = Object.keys(tenants) as TenantName[];
const by = fc.constantFrom('ticket', 'visma', 'operator' as const);

/** Odd lengths, so that no two deadlines of the policy ever fall on the same moment. */
const seconds = fc.constantFrom(61, 427, 1_013, 5 * 3_607, 30 * 3_607, 6 * 24 * 3_607);

/** Everything that can happen, what moves a connection on more often than what throws it back. */
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('tenant' as const), who, by }).map((fact) => ({
      ...fact,
      tenant: ownTenant[fact.who],
    })),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('tenant' as const),
      who,
      by,
      tenant: fc.constantFrom(...names),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('IntegrationReported', 'CodeRequested', 'AccessTestRetryRequested' as const),
      who,
      by,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel', 'abort' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('check' as const),
      who,
      next: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      who,
      decision: fc.constantFrom('approve', 'approve', 'approve', 'reject' as const),
      operator: fc.constantFrom('operator:1', 'operator:2'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('codes' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('map' as const),
      administrations: fc.constantFrom(['A', 'B'] as const, ['A'] as const, ['B'] as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      tenant: fc.constantFrom(...names),
      condition: fc.constantFrom(...conditions),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('visma' as const),
      weather: fc.constantFrom('fine', 'fine', 'down', 'client-rejected' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds }) },
);

/** What seldom comes about by chance: a tenant that needs a decision, its decision, and what follows. */
const decided: fc.Arbitrary<Action[]> = fc
  .record({ who, tenant: fc.constantFrom(...names), approvers: fc.constantFrom(1, 2), after: actions })
  .map(({ who: whose, tenant, approvers, after }) => [
    { do: 'tenant', who: whose, tenant, by: 'ticket' },
    ...['operator:1', 'operator:2']
      .slice(0, approvers)
      .map((operator): Action => ({ do: 'decide', who: whose, decision: 'approve', operator })),
    after,
  ]);

const failing = fc.constantFrom(...conditions.filter((condition) => condition !== 'read'));

/** A connection that was brought home breaks, is checked day by day, and what is done about it. */
const broken: fc.Arbitrary<Action[]> = fc
  .record({
    who,
    condition: failing,
    days: fc.constantFrom(2, 3, 4),
    mended: fc.boolean(),
    by,
    after: actions,
  })
  .map(({ who: whose, condition, days, mended, by: whom, after }) => {
    const tenant = ownTenant[whose];
    const check: Action = { do: 'check', who: whose, next: true };
    return [
      { do: 'visma', weather: 'fine' },
      { do: 'switch', tenant, condition: 'read' },
      { do: 'codes' },
      { do: 'map', administrations: ['A', 'B'] },
      { do: 'tenant', who: whose, tenant, by: 'operator' },
      { do: 'switch', tenant, condition },
      ...Array<Action>(days).fill(check),
      ...(mended ? [{ do: 'switch', tenant, condition: 'read' } as const] : []),
      ...(whom === 'visma' ? [check] : [{ do: 'IntegrationReported', who: whose, by: whom } as const]),
      after,
      check,
    ];
  });

export const story: fc.Arbitrary<Action[]> = fc
  .array(
    fc.oneof(
      { weight: 18, arbitrary: actions.map((action) => [action]) },
      { weight: 2, arbitrary: decided },
      { weight: 1, arbitrary: broken },
    ),
    // By its own choice fast-check keeps to ten: too few to come to any of the caps.
    { maxLength: 25, size: 'medium' },
  )
  .map((parts) => parts.flat());

export const chaos: fc.Arbitrary<Chaos> = fc.record({
  seed: fc.nat(),
  // The last is more than the retries of a task survive: executions die of it.
  crash: fc.constantFrom(0, 0.02, 0.08, 0.2),
  duplicate: fc.constantFrom(0, 0.3),
  reorder: fc.boolean(),
});

/** Every task succeeds in the end. */
export const mildChaos: fc.Arbitrary<Chaos> = fc.record({
  seed: fc.nat(),
  crash: fc.constantFrom(0, 0.01, 0.03),
  duplicate: fc.constantFrom(0, 0.3),
  reorder: fc.boolean(),
});

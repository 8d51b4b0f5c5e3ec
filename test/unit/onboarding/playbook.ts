import { checkQuiet } from './invariants.ts';
import { type Action, type Member, members, ownTenant, type TenantName, type Town, tenants } from './town.ts';

const roundsMax = 10;

/**
 * What operators do until every connection is activated with its own tenant, in a world where Visma works. That it ends
 * says that no state is a dead end.
 */
export async function bringHome(town: Town): Promise<void> {
  await town.act({ do: 'visma', weather: 'fine' });
  for (const tenant of Object.keys(tenants) as TenantName[]) {
    await town.act({ do: 'switch', tenant, condition: 'read' });
  }
  for (let round = 0; round < roundsMax; round += 1) {
    await town.act({ do: 'codes' });
    await town.act({ do: 'map', administrations: ['A', 'B'] });
    await settle(town);
    for (const who of members) {
      for (const action of await remedy(town, who)) {
        await town.act(action);
        await settle(town);
      }
    }
  }
}

async function settle(town: Town): Promise<void> {
  await town.simulation.settle();
  await checkQuiet(town);
}

async function remedy(town: Town, who: Member): Promise<readonly Action[]> {
  const tenant = ownTenant[who];
  const { state, tenantId, attention, lastFailure } = await town.connection(who);
  const own = tenantId === tenants[tenant].id;
  if (state === 'activated') return own ? [] : [{ do: 'cancel', who }];
  if (state === 'cancelled') return [{ do: 'CodeRequested', who, by: 'operator' }];
  const ofIdentity = lastFailure === 'identity-mismatch' || lastFailure === 'identity-unclear';
  if (state === 'needs-attention' && own && ofIdentity && attention !== undefined) {
    return ['operator:1', 'operator:2'].map((operator) => ({
      do: 'decide',
      who,
      decision: 'approve',
      operator,
    }));
  }
  if (own && (state === 'tenant-id-received' || state === 'needs-attention')) {
    return [{ do: 'AccessTestRetryRequested', who, by: 'operator' }];
  }
  return [{ do: 'tenant', who, tenant, by: 'operator' }];
}

import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';

/** Connections that are looked at to find some; the order of the listing is that of the latest change. */
const pageSize = 50;
const pagesMost = 4;

/**
 * Tenants of activated connections, `count` at most, any of those whose last health check did not fail: a tenant that gives
 * no token to any secret tells nothing, and failing connections are the ones that changed last.
 */
export async function activeTenants(
  connections: Pick<ConnectionRepository, 'listByState'>,
  count: number,
  random: () => number,
): Promise<readonly string[]> {
  const tenants: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMost; pages += 1) {
    const page = await connections.listByState('activated', {
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { tenantId, health } of page.connections) {
      if (tenantId !== undefined && health === undefined) tenants.push(tenantId);
    }
    cursor = page.cursor;
    // A page can be short of connections that have left the state since the index heard of them.
    if (tenants.length >= count || cursor === undefined) break;
  }
  const chosen: string[] = [];
  while (chosen.length < count && tenants.length > 0) {
    chosen.push(...tenants.splice(Math.floor(random() * tenants.length), 1));
  }
  return chosen;
}

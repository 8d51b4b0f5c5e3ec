import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';

/** Tenants of activated connections, `count` at most, latest change first. */
export async function activeTenants(
  connections: Pick<ConnectionRepository, 'listByState'>,
  count: number,
): Promise<readonly string[]> {
  const tenants: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await connections.listByState('activated', {
      limit: count,
      ...(cursor === undefined ? {} : { cursor }),
    });
    // A page can be short of connections that have left the state since the index heard of them.
    tenants.push(...page.connections.flatMap(({ tenantId }) => tenantId ?? []));
    cursor = page.cursor;
  } while (tenants.length < count && cursor !== undefined);
  return tenants.slice(0, count);
}

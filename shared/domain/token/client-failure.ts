import type { TokenPolicy } from './token.ts';
import type { ClientFailure, RememberedFailure, TokenStore } from './token-store.ts';

interface Asking {
  readonly store: Pick<TokenStore, 'readClientFailure' | 'replaceClientFailure'>;
  readonly policy: TokenPolicy;
  readonly now: () => number;
}

/** So many tenants must have met a refusal before it is taken for the client's. */
const tenantsRefused = 2;

/**
 * Whether a tenant may ask, as far as the client is concerned. While its failure is remembered nobody asks; after that one
 * asks for all, and until he is done the others hear what was remembered: else hundreds would ask at the same moment.
 */
export async function mayAsk(
  { store, policy, now }: Asking,
  clientKey: string,
): Promise<
  | { readonly may: true; readonly seen?: ClientFailure }
  | { readonly may: false; readonly seen: ClientFailure }
> {
  const seen = await store.readClientFailure(clientKey);
  if (seen === undefined) return { may: true };
  if (!concernsAll(seen)) return { may: true, seen };
  if (seen.until > now()) return { may: false, seen };
  const probing = { ...seen, until: now() + policy.leaseSeconds * 1000, probing: true } as const;
  return { may: await store.replaceClientFailure(clientKey, seen, probing), seen: probing };
}

/** A tenant was refused, or told to wait, as a client. */
export async function rememberClientFailure(
  { store, policy, now }: Asking,
  clientKey: string,
  tenantId: string,
  failure: RememberedFailure,
): Promise<void> {
  const seen = await store.readClientFailure(clientKey);
  const isFresh = seen !== undefined && seen.until + policy.failureMemorySeconds * 1000 > now();
  const known = isFresh && seen.value.failure === failure.value.failure ? seen : undefined;
  const count = (known?.count ?? 0) + (known?.tenantId === tenantId && known.count === 1 ? 0 : 1);
  // Whoever was faster has remembered the same.
  await store.replaceClientFailure(clientKey, seen, { ...failure, count, tenantId });
}

/** A token was issued: what was remembered of the client before it was asked for is over. */
export async function forgetClientFailure(
  { store, now }: Asking,
  clientKey: string,
  seen: ClientFailure | undefined,
): Promise<void> {
  if (seen === undefined || seen.count === 0) return;
  const { probing: _probing, ...over } = seen;
  await store.replaceClientFailure(clientKey, seen, { ...over, until: now(), count: 0 });
}

/** Who is told when to come back is told as a client, whichever tenant it asked for; a refusal may be one tenant's. */
function concernsAll({ value, count }: ClientFailure): boolean {
  if (count === 0) return false;
  return value.failure !== 'client-rejected' || count >= tenantsRefused;
}

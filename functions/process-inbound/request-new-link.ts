import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import { onFreshState } from '../../shared/domain/connection/repository.ts';
import { takesPart } from '../../shared/domain/environment/environment.ts';
import { requestConnectLink } from '../../shared/domain/environment/link-requests.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

/** More of one contact's environments are for an operator. */
const environmentsAtMost = 5;

/**
 * Has a link mailed to the contacts of the environment that an old link names, or of those that registered the address.
 * Whether there is one is told to nobody.
 */
export async function requestNewLink(
  { environments, clock }: { readonly environments: EnvironmentRepository; readonly clock: Clock },
  { by, deliveryKey }: Extract<InboundMessage, { kind: 'link-request' }>,
): Promise<void> {
  const ids =
    'environmentId' in by
      ? [by.environmentId]
      : (await environments.findByContact(by.email.trim().slice(0, 320))).map(
          ({ environmentId }) => environmentId,
        );
  for (const environmentId of ids.slice(0, environmentsAtMost)) {
    await onFreshState(async () => {
      const environment = await environments.find(environmentId);
      if (environment === undefined || !takesPart(environment)) return;
      const cause = { at: clock().toISOString(), by: 'contact', correlationId: deliveryKey };
      const change = requestConnectLink(environment, await environments.history(environmentId), cause);
      if (change !== undefined) await environments.save(change);
    });
  }
}

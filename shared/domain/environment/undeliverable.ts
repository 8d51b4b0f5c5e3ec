import { type Cause, writeEntry } from '../history/entry.ts';
import {
  type Contact,
  type Environment,
  type EnvironmentChange,
  normaliseEmail,
  type UndeliverableReason,
} from './environment.ts';

/** Contacts whom mails reach, as far as we know. */
export function reachableContacts(environment: Environment): readonly Contact[] {
  return environment.contacts.filter(({ undeliverable }) => undeliverable === undefined);
}

/**
 * Marks a contact whom mails do not reach for good. `undefined` when there is nothing to mark: the address is no
 * contact's any more, or marked already. The address is in the contact only, never in the entry.
 */
export function markUndeliverable(
  before: Environment,
  email: string,
  reason: UndeliverableReason,
  cause: Cause,
): EnvironmentChange | undefined {
  const address = normaliseEmail(email);
  const isMeant = (contact: Contact) =>
    normaliseEmail(contact.email) === address && contact.undeliverable === undefined;
  if (!before.contacts.some(isMeant)) return undefined;
  const { environmentId } = before;
  const sequence = before.version + 1;
  const undeliverable = { reason, at: cause.at };
  return {
    before,
    after: {
      ...before,
      contacts: before.contacts.map((contact) =>
        isMeant(contact) ? { ...contact, undeliverable } : contact,
      ),
      version: sequence,
      changedAt: cause.at,
    },
    entries: [
      writeEntry(
        { aggregate: 'environment', aggregateId: environmentId, sequence },
        'ContactUndeliverable',
        cause,
        { environmentId, reason },
      ),
    ],
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
  };
}

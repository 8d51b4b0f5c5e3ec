import type { RefusalReason } from '../../domain/connection/repository.ts';
import type { Cause } from '../../domain/history/entry.ts';
import { deliveryItemKey } from './keys.ts';
import { isNew, put, type Write } from './transaction.ts';

/** Senders repeat for days at most; three months leave room for a redrive of dead letters. */
const deliveryLifetimeDays = 90;

/** Remembers that a delivery was taken into account. Nothing relies on the expiry: a late repetition is refused too. */
export function deliveryWrite(
  deliveryKey: string,
  at: Cause['at'],
  refusal: RefusalReason = 'delivery-seen',
): Write {
  const expiresAtEpoch = Math.floor(Date.parse(at) / 1000) + deliveryLifetimeDays * 24 * 3600;
  return put(deliveryItemKey(deliveryKey), { at, expiresAtEpoch }, refusal, isNew);
}

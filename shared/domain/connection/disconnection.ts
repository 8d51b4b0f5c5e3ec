import type { ChangeBuilder } from './change.ts';
import type { Connection } from './connection.ts';

/** What is different for a connection that was active once: its customer was told of its end, and is told of its return. */

/** Whether a failed access test leaves it disconnected, as it was, in place of sending it to where codes are. */
export function isRecovering({ disconnection }: Connection): boolean {
  return disconnection !== undefined && !disconnection.onboardsAnew;
}

/** Whether it is tested without any doing of the customer's: he knows that it is broken, and hears when it is not. */
export function isUnasked(connection: Connection): boolean {
  return isRecovering(connection) && connection.disconnection?.customerActed === false;
}

/** The customer said or did something, so that he is answered. */
export function hearCustomer(change: ChangeBuilder): void {
  const { disconnection } = change.current;
  if (disconnection !== undefined) change.set({ disconnection: { ...disconnection, customerActed: true } });
}

/** A failed access test is the answer; the next one needs another word of his. */
export function answerCustomer(change: ChangeBuilder): void {
  const { disconnection } = change.current;
  if (disconnection !== undefined) change.set({ disconnection: { ...disconnection, customerActed: false } });
}

/** From here on it goes the way of every other. */
export function onboardAnew(change: ChangeBuilder): void {
  const { disconnection } = change.current;
  if (disconnection !== undefined) change.set({ disconnection: { ...disconnection, onboardsAnew: true } });
}

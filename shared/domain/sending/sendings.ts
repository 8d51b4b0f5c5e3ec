/**
 * What is known of things that are sent once: e-mails, answers on tickets. An id is derived from what asks for the sending
 * and whom it reaches. "Once" is reserve → send → sent; a crash in between leaves `reserved`, and what the other side
 * knows of it settles that before anyone sends again.
 */
export interface Sendings {
  /**
   * Reserves the sending. `mine`: send now. `sent`: nothing to do. `unclear`: someone reserved at `since` and has not
   * said how it ended. A reservation older than `staleBefore` is taken over.
   */
  reserve(id: string, at: string, staleBefore: string): Promise<Reservation>;
  /** Also called with the other side's own word; keeps the first message id. `undefined`: the other side says none. */
  markSent(id: string, messageId: string | undefined, at: string): Promise<void>;
  /** Gives the reservation back after a sending that certainly did not happen. */
  release(id: string): Promise<void>;
}

export type Reservation =
  | { readonly status: 'mine' }
  | { readonly status: 'sent' }
  | { readonly status: 'unclear'; readonly since: string };

/** How one thing is sent. */
export interface Sending {
  /** `messageId` is the other side's, where it says one. */
  send(): Promise<{ readonly messageId: string | undefined }>;
  /** Asks the other side for a sending whose end nobody knows; left out where it tells by itself. */
  find?(): Promise<{ readonly messageId: string | undefined } | undefined>;
  /** Whether an error of `send` says that it certainly did not happen. */
  isNotSent(error: unknown): boolean;
  /** Better not at all than twice: a sending that somebody else reserved is his, whatever came of it. */
  readonly atMostOnce?: boolean;
}

/**
 * Sends once. `unclear`: someone may just be sending it; look again in `settleSeconds`, which are more than any sender
 * lives. A reservation that is older belongs to a dead one: it is looked for, and sent where it is not found.
 */
export async function sendOnce(
  id: string,
  { send, find, isNotSent, atMostOnce = false }: Sending,
  {
    sendings,
    clock,
    settleSeconds,
  }: { readonly sendings: Sendings; readonly clock: () => Date; readonly settleSeconds: number },
): Promise<'done' | 'unclear'> {
  const now = clock();
  const staleBefore = new Date(now.getTime() - settleSeconds * 1000).toISOString();
  let reservation = await sendings.reserve(id, now.toISOString(), neverStale);
  let isTakenOver = false;
  if (reservation.status === 'unclear' && atMostOnce) return 'done';
  if (reservation.status === 'unclear' && reservation.since < staleBefore) {
    reservation = await sendings.reserve(id, now.toISOString(), staleBefore);
    isTakenOver = reservation.status === 'mine';
  }
  if (reservation.status === 'sent') return 'done';
  if (reservation.status === 'unclear') return 'unclear';
  const found = isTakenOver ? await find?.() : undefined;
  const sent = found ?? (await sendOrRelease());
  await sendings.markSent(id, sent.messageId, clock().toISOString());
  return 'done';

  async function sendOrRelease() {
    try {
      return await send();
    } catch (error) {
      if (isNotSent(error)) await sendings.release(id);
      throw error;
    }
  }
}

/** Before any reservation. */
const neverStale = new Date(0).toISOString();

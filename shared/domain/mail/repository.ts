/**
 * What is known of one e-mail: `mailId` is derived from the event and the addressee. "Once" is reserve → send → sent;
 * a crash in between leaves `reserved`, which SES's own event settles before anyone sends again.
 */
export interface MailRepository {
  /**
   * Reserves the sending. `mine`: send now. `sent`: nothing to do. `unclear`: someone reserved at `since` and has not
   * said how it ended. A reservation older than `staleBefore` is taken over.
   */
  reserve(mailId: string, at: string, staleBefore: string): Promise<Reservation>;
  /** Also called with SES's own event; keeps the first message id. */
  markSent(mailId: string, messageId: string, at: string): Promise<void>;
  /** Gives the reservation back after a send that certainly did not happen. */
  release(mailId: string): Promise<void>;
}

export type Reservation =
  | { readonly status: 'mine' }
  | { readonly status: 'sent' }
  | { readonly status: 'unclear'; readonly since: string };

import type { IssuedCode } from '../connection/connection.ts';
import type { Cause } from '../history/entry.ts';

/** Invitation codes that operators took from the Developer Portal, which has no API for them (visma.md 4.1). */
export interface Stock {
  /**
   * Adds codes, each at most once for ever, and tells it in one `InvitationCodesAdded` entry of the stock's history.
   * `deliveryKey` of the cause makes a repeated command a no-op that answers the same.
   */
  add(codes: readonly NewCode[], cause: Cause): Promise<readonly ('added' | 'known')[]>;
  /** Codes that live beyond `after`, soonest expiry first. */
  available(after: string, limit: number): Promise<readonly IssuedCode[]>;
  /** How many codes live beyond `after`, how many do not, and the soonest and latest expiry of the former. */
  count(after: string): Promise<{ available: number; tooOld: number; soonest?: string; latest?: string }>;
}

export interface NewCode {
  readonly code: string;
  readonly expiresAt: string;
}

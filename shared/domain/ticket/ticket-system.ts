import type { Locale } from '../environment/environment.ts';
import type { EntryType } from '../history/entry-types.ts';

/** One thing that happened and what is next, for the people on a ticket. Holds no code, link or tenant ID. */
export interface TicketAnswer {
  /** The same for every repetition; 40 hexadecimal digits. Its first ten stand in the text as the reference. */
  readonly answerId: string;
  /** What it is about. */
  readonly about: EntryType;
  readonly locale: Locale;
  /** Plain text, paragraphs separated by blank lines; ends with the line of the reference. */
  readonly text: string;
}

/** Where a ticket stands; derived from its connections, so that it is the same in whichever order their events come. */
export interface TicketStanding {
  /** Whose turn it is; `nobody`: all its companies are active, and the ticket is closed. */
  readonly turn: 'customer' | 'vendor' | 'nobody';
  readonly activeCompanies: number;
  readonly companies: number;
}

/** The port to a ticket system. Methods throw `TransientError` when trying again can help. */
export interface TicketSystem {
  /**
   * Puts the answer where the customer sees it. `messageId` is the ticket system's, where it says one. Throws
   * `AnswerNotPut` when the answer is certainly not on the ticket; after any other error it may be.
   */
  reply(ticketId: string, answer: TicketAnswer): Promise<{ readonly messageId: string | undefined } | 'gone'>;
  /** Looks for an answer that may have been put; systems that recognise a repetition by themselves say `undefined`. */
  findReply(
    ticketId: string,
    answer: TicketAnswer,
  ): Promise<{ readonly messageId: string | undefined } | undefined>;
  /** Writes where the ticket stands; a repetition changes nothing. `gone`: there is no such ticket any more. */
  follow(ticketId: string, standing: TicketStanding): Promise<'followed' | 'gone'>;
}

/**
 * The answer is certainly not on the ticket; trying again can help, so the name is that of the retry policy
 * (shared/platform/errors.ts).
 */
export class AnswerNotPut extends Error {
  override readonly name = 'TransientError';
  /** Seconds that the ticket system asked us to wait. */
  readonly retryAfterSeconds: number | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfterSeconds?: number | undefined }) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

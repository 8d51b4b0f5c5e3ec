import type { AnsweredEvent } from '../../../shared/contracts/events/event.ts';
import type { TicketStanding } from '../../../shared/domain/ticket/ticket-system.ts';

export interface AnswerFacts {
  /** `undefined`: it cannot be said. */
  readonly companyName: string | undefined;
  readonly reason: string;
  /** Of the ticket, now. */
  readonly standing: TicketStanding;
}

/** What happened, and what is next in one sentence. Never a code, a link, a UUID or an address. */
export interface AnswerText {
  readonly happened: string;
  readonly next: string;
}

export interface AnswerTexts {
  readonly greeting: string;
  /** Name of the last line. */
  readonly reference: string;
  readonly answers: Readonly<Record<AnsweredEvent, (facts: AnswerFacts) => AnswerText>>;
}

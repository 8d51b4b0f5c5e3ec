import type { BusEvent } from '../../shared/contracts/events/event.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import type { DeliveryRepository } from '../../shared/domain/delivery/repository.ts';
import { type Sendings, sendOnce } from '../../shared/domain/sending/sendings.ts';
import { splitTicketKey } from '../../shared/domain/ticket/ticket-key.ts';
import {
  AnswerNotPut,
  type TicketAnswer,
  type TicketStanding,
  type TicketSystem,
} from '../../shared/domain/ticket/ticket-system.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { TransientError } from '../../shared/platform/errors.ts';
import { textDigestOf } from '../../shared/platform/ids.ts';
import type { PlannedAnswer } from './plan-answers.ts';
import { standingOf } from './standing.ts';

interface AnswerDependencies {
  readonly plan: (event: BusEvent) => Promise<readonly PlannedAnswer[]>;
  /** By their names in ticket keys; one that is not configured is missing. */
  readonly systems: ReadonlyMap<string, TicketSystem>;
  readonly connections: Pick<ConnectionRepository, 'findByTicket'>;
  readonly tickets: Pick<DeliveryRepository, 'admitAnswer' | 'rememberMessage'>;
  readonly answers: Sendings;
  readonly clock: Clock;
  /** Longer than any sender lives. */
  readonly settleSeconds: number;
  readonly log: (line: string, ids: Readonly<Record<string, string>>) => void;
}

/** More than any onboarding takes; whatever talks to itself on a ticket ends here. After that it only follows. */
const answersPerTicket = 20;

/** Says on each ticket of an event what happened, once, and has the ticket follow its connections. */
export async function answerTickets(event: BusEvent, dependencies: AnswerDependencies): Promise<void> {
  const failures: unknown[] = [];
  const missing = new Set<string>();
  for (const planned of await dependencies.plan(event)) {
    const { system, ticketId } = splitTicketKey(planned.ticketKey);
    const tickets = dependencies.systems.get(system);
    if (tickets === undefined) {
      missing.add(system);
      continue;
    }
    try {
      await answerTicket(planned, ticketId, tickets, dependencies);
    } catch (error) {
      // One ticket's trouble must not keep the others from their answer.
      failures.push(error);
    }
  }
  if (missing.size > 0) {
    const systems = [...missing].sort().join(' ');
    dependencies.log('TICKET SYSTEM NOT CONFIGURED', { eventId: event.detail.eventId, systems });
  }
  if (failures.length > 0) throw failures[0];
}

async function answerTicket(
  { ticketKey, answer, asks }: PlannedAnswer,
  ticketId: string,
  system: TicketSystem,
  dependencies: AnswerDependencies,
): Promise<void> {
  const outcome =
    answer === undefined ? 'done' : await putOnce(ticketKey, ticketId, answer, system, dependencies);
  if (outcome === 'gone' || (await follow(ticketKey, ticketId, asks, system, dependencies)) === 'gone') {
    dependencies.log('TICKET GONE', { ticketKey });
  }
}

/**
 * Counted, and its text known as ours, before it is there: it may come back to us before we hear that it is. A crash
 * between the ticket system's answer and our record leaves it unclear, and then the ticket itself is asked.
 */
async function putOnce(
  ticketKey: string,
  ticketId: string,
  answer: TicketAnswer,
  system: TicketSystem,
  { tickets, answers, clock, settleSeconds }: AnswerDependencies,
): Promise<'done' | 'gone'> {
  const { answerId, text } = answer;
  const isAdmitted = await tickets.admitAnswer(
    ticketKey,
    { answerId, textDigest: textDigestOf(text) },
    answersPerTicket,
  );
  if (!isAdmitted) return 'done';
  let isGone = false;
  const known = async (messageId: string | undefined) => {
    if (messageId !== undefined) await tickets.rememberMessage(ticketKey, messageId);
    return { messageId };
  };
  const sending = {
    send: async () => {
      const put = await system.reply(ticketId, answer);
      isGone = put === 'gone';
      return known(put === 'gone' ? undefined : put.messageId);
    },
    find: async () => {
      const found = await system.findReply(ticketId, answer);
      return found === undefined ? undefined : known(found.messageId);
    },
    isNotSent: (error: unknown) => error instanceof AnswerNotPut,
  };
  try {
    const outcome = await sendOnce(answerId, sending, { sendings: answers, clock, settleSeconds });
    if (outcome === 'done') return isGone ? 'gone' : 'done';
  } catch (error) {
    if (!(error instanceof AnswerNotPut)) throw error;
    const { retryAfterSeconds } = error;
    throw new TransientError(`Answer ${answerId} is not put yet.`, { cause: error, retryAfterSeconds });
  }
  throw new TransientError(
    `Answer ${answerId} may be on its ticket; looking there once its sender is over.`,
    {
      retryAfterSeconds: settleSeconds,
    },
  );
}

const followTries = 5;

/**
 * Writes where the ticket stands until it still stands so afterwards: of several that write at once, the last one to
 * write is the last one to look, so that none leaves behind what was true before.
 */
async function follow(
  ticketKey: string,
  ticketId: string,
  asks: PlannedAnswer['asks'],
  system: TicketSystem,
  { connections }: AnswerDependencies,
): Promise<'followed' | 'gone'> {
  const stands = async (): Promise<TicketStanding> => {
    const standing = standingOf(await connections.findByTicket(ticketKey));
    return standing.turn === 'nobody' && asks !== undefined ? { ...standing, turn: asks } : standing;
  };
  let standing = await stands();
  for (let tries = 1; tries <= followTries; tries += 1) {
    if ((await system.follow(ticketId, standing)) === 'gone') return 'gone';
    const now = await stands();
    if (isSame(now, standing)) return 'followed';
    standing = now;
  }
  throw new TransientError('A ticket stood elsewhere each time that it was written.');
}

function isSame(one: TicketStanding, other: TicketStanding): boolean {
  return (
    one.turn === other.turn &&
    one.activeCompanies === other.activeCompanies &&
    one.companies === other.companies
  );
}

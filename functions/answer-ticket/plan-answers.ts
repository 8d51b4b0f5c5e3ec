import { type AnsweredEvent, answeredEvents, type BusEvent } from '../../shared/contracts/events/event.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import { isOutdated } from '../../shared/domain/connection/outdated.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import type { Environment } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { TicketAnswer } from '../../shared/domain/ticket/ticket-system.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import { digest } from '../../shared/platform/ids.ts';
import { composeAnswer } from './compose-answer.ts';
import { speakableName } from './speakable-name.ts';
import { standingOf } from './standing.ts';

/** What an event asks for on one ticket. Without an answer the ticket only follows its connections. */
export interface PlannedAnswer {
  readonly ticketKey: string;
  readonly answer: TicketAnswer | undefined;
  /** Who must do something about the event itself, so that its ticket is not closed even where all companies are active. */
  readonly asks: 'customer' | 'vendor' | undefined;
}

interface PlanDependencies {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly now: () => Date;
}

/**
 * Which tickets an event concerns, and what is to be said there now. State is read again: what is no longer so is not
 * said, and the ticket follows all the same.
 */
export async function planAnswers(
  event: BusEvent,
  dependencies: PlanDependencies,
): Promise<readonly PlannedAnswer[]> {
  const { detail } = event;
  const { connections, environments, now } = dependencies;
  const ticketKeys = await ticketsOf(event, connections);
  if (ticketKeys.length === 0) return [];
  const asks = whoIsAsked(event);
  const about = answeredEvents.find((type) => type === event['detail-type']);
  const connection =
    detail.connectionId === undefined ? undefined : await connections.find(detail.connectionId);
  const isOver = isOutdated(event['detail-type'], detail, connection, now());
  if (about === undefined || isOver || !isTold(about, event)) {
    return ticketKeys.map((ticketKey) => ({ ticketKey, answer: undefined, asks }));
  }
  const environment =
    detail.environmentId === undefined ? undefined : await environments.find(detail.environmentId);
  const siblings =
    environment === undefined ? [] : await connections.findByEnvironment(environment.environmentId);
  const companyName = companyNameOf(environment, connection, siblings);
  return Promise.all(
    ticketKeys.map(async (ticketKey) => ({
      ticketKey,
      asks,
      answer: composeAnswer(about, {
        answerId: answerIdOf(about, event, ticketKey),
        // Who asks is nobody's contact: the language says no more than the text.
        locale: environment?.locale ?? 'nl',
        facts: {
          companyName,
          reason: detail.reason ?? '',
          standing: standingOf(await connections.findByTicket(ticketKey)),
        },
      }),
    })),
  );
}

async function ticketsOf(
  { 'detail-type': type, detail }: BusEvent,
  connections: ConnectionRepository,
): Promise<readonly string[]> {
  if (detail.connectionId !== undefined) return connections.ticketsOf(detail.connectionId);
  if (typeof detail.ticketKey === 'string') return [detail.ticketKey];
  throw new PermanentError(`${type} names neither a connection nor a ticket.`);
}

/** A message came that a person must look at, or that its sender must write again: whatever is active, it is not settled. */
function whoIsAsked({ 'detail-type': type }: BusEvent): PlannedAnswer['asks'] {
  if (type === 'TicketUnmatched') return 'vendor';
  return type === 'TenantIdUnclear' ? 'customer' : undefined;
}

/** The customer hears what is his to know: not our own fault, nor what he did nothing for, nor one thing twice. */
function isTold(about: AnsweredEvent, { detail }: BusEvent): boolean {
  if (about === 'AccessTestFailed') return detail.reason !== 'client-rejected' && detail.quiet !== true;
  // The failed test that it comes with says it already.
  if (about === 'AttentionNeeded') {
    return detail.reason !== 'identity-mismatch' && detail.reason !== 'identity-unclear';
  }
  return true;
}

/**
 * By the event, and so the same for every copy of it. What a message of nobody we know is answered is said once on a
 * ticket, whatever the reason: an auto-responder gets no second answer, and a different one would tell what we know.
 */
function answerIdOf(about: AnsweredEvent, { detail }: BusEvent, ticketKey: string): string {
  const isOnceOnTicket = about === 'TicketUnmatched' || about === 'NoActionNeeded';
  return digest(isOnceOnTicket ? about : detail.eventId, 'answer', ticketKey).slice(0, 40);
}

function companyNameOf(
  environment: Environment | undefined,
  connection: Connection | undefined,
  siblings: readonly Connection[],
): string | undefined {
  const company = environment?.companies.find(({ companyId }) => companyId === connection?.companyId);
  const codes = siblings.flatMap(({ invitationCode }) => invitationCode?.code ?? []);
  return company === undefined ? undefined : speakableName(company.name, codes);
}

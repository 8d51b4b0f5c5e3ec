import type { Connection } from '../../shared/domain/connection/connection.ts';
import { storeFact } from '../../shared/domain/connection/report-tenant-id.ts';
import type { UnmatchedReason } from '../../shared/domain/delivery/repository.ts';
import { type Environment, takesPart } from '../../shared/domain/environment/environment.ts';
import { findUuids } from '../../shared/domain/tenant/tenant-id.ts';
import { recogniseIntent, speaksOfTenant, subjectAsksForCode } from '../../shared/domain/ticket/intent.ts';
import {
  asEnvironmentId,
  isNamed,
  type Requester,
  resolveRequester,
} from '../../shared/domain/ticket/requester.ts';
import type { TenantMention } from '../../shared/domain/ticket/tenant-mention.ts';
import { ticketKeyOf } from '../../shared/domain/ticket/ticket-key.ts';
import { assignTenant } from './assign-tenant.ts';
import { conversationText } from './conversation-text.ts';
import { isOurOwn } from './our-own.ts';
import { readMention } from './read-mention.ts';
import { requestFromTicket } from './request-from-ticket.ts';
import type { TicketCase, TicketDelivery, TicketDependencies } from './ticket-case.ts';
import { isWaiting } from './waiting.ts';

/** Finds out what a ticket's message asks for or says, and whom it concerns. */
export async function processTicket(
  dependencies: TicketDependencies,
  delivery: TicketDelivery,
  receiveCount: number,
): Promise<void> {
  const { message, deliveryKey } = delivery;
  const ticketKey = ticketKeyOf(message.system, message.ticketId);
  const cause = {
    at: dependencies.clock().toISOString(),
    by: `ticket:${message.system}`,
    deliveryKey,
    correlationId: ticketKey,
  };
  const ticket: TicketCase = {
    dependencies,
    message,
    ticketKey,
    cause,
    receiveCount,
    conclude: (outcome) => dependencies.deliveries.conclude(deliveryKey, outcome, cause),
  };
  return message.direction === 'outbound' ? rememberOutbound(ticket) : processInboundMessage(ticket);
}

/** A customer's quote of what we wrote is no tenant ID of his. */
async function rememberOutbound(ticket: TicketCase): Promise<void> {
  const { dependencies, ticketKey, message } = ticket;
  const written = `${message.subject}\n${conversationText(message)}`;
  await dependencies.deliveries.rememberSent(ticketKey, findUuids(written));
  await ticket.conclude({ type: 'DeliveryIgnored', reason: 'outbound' });
}

async function processInboundMessage(ticket: TicketCase): Promise<void> {
  const { dependencies, message, ticketKey } = ticket;
  const text = conversationText(message);
  if (await isOurOwn(ticket, text)) return ticket.conclude({ type: 'DeliveryIgnored', reason: 'our-own' });
  const linked = await dependencies.connections.findByTicket(ticketKey);
  const intent = intentOf(message, text, linked.length > 0);
  const whose = await findOutWhose(ticket, linked);
  const concerned =
    linked.length > 0 || 'unmatched' in whose.subject
      ? linked
      : await dependencies.connections.findByEnvironment(whose.subject.environment.environmentId);

  const mention = await readMention(ticket, concerned, text);
  // Unless someone waits for a tenant ID on this ticket, a UUID could be anything that is not called one.
  const isTenant =
    linked.some(isWaiting) || (mention.kind === 'one' && mention.where === 'field') || speaksOfTenant(text);
  if (mention.kind !== 'none' && isTenant) {
    return takeUpMention(ticket, mention, whose, concerned, intent.asksInWords);
  }
  const waiting = concerned.filter(awaitsIntegration);
  if (intent.saysIntegrated && !intent.asksInWords && waiting.length > 0) {
    return takeUpIntegration(ticket, waiting);
  }
  if (intent.asksInWords || intent.asksInFields) return takeUpRequest(ticket, whose.sender);
  await ticket.conclude({ type: 'DeliveryIgnored', reason: 'nothing-recognised' });
}

interface TicketIntent {
  readonly asksInWords: boolean;
  readonly asksInFields: boolean;
  readonly saysIntegrated: boolean;
}

function intentOf(
  { kind, subject, fields }: TicketDelivery['message'],
  text: string,
  isOurTicket: boolean,
): TicketIntent {
  const { asksForCode, saysIntegrated } = recogniseIntent(text, isOurTicket);
  // Subject and fields come again with every reply: they ask once.
  const isNew = kind === 'created';
  return {
    asksInWords: asksForCode || (isNew && subjectAsksForCode(subject)),
    asksInFields: isNew && (fields.environment !== undefined || fields.companies !== undefined),
    saysIntegrated,
  };
}

interface Whose {
  /** Of whom the ticket is: of its connections, else of the sender. */
  readonly subject: Requester;
  /** Whose registered contact the sender is: only he can ask for codes. */
  readonly sender: Requester;
}

async function findOutWhose(ticket: TicketCase, linked: readonly Connection[]): Promise<Whose> {
  const { environments } = ticket.dependencies;
  const { requesterEmail, fields } = ticket.message;
  const own = await environments.findByContact(requesterEmail);
  const named = fields.environment;
  const [connection] = linked;
  if (connection !== undefined) {
    const environment = await environments.find(connection.environmentId);
    if (environment !== undefined) {
      if (named !== undefined && !isNamed(environment, named)) {
        const unmatched = { unmatched: 'other-environment-named' } as const;
        return { subject: unmatched, sender: unmatched };
      }
      const isContact = own.some(({ environmentId }) => environmentId === environment.environmentId);
      return {
        subject: { environment },
        sender: isContact ? { environment } : { unmatched: 'requester-not-registered' },
      };
    }
  }
  const namedId = named === undefined ? undefined : asEnvironmentId(named);
  const namedExists = namedId !== undefined && (await environments.find(namedId)) !== undefined;
  const sender = resolveRequester(own, named, namedExists);
  return { subject: sender, sender };
}

async function takeUpMention(
  ticket: TicketCase,
  mention: Exclude<TenantMention, { kind: 'none' }>,
  { subject, sender }: Whose,
  concerned: readonly Connection[],
  asksForCodeToo: boolean,
): Promise<void> {
  if ('unmatched' in subject) return unmatched(ticket, subject.unmatched);
  const { environment } = subject;
  const { ticketKey, dependencies } = ticket;
  if (mention.kind === 'several') {
    const { environmentId } = environment;
    return ticket.conclude({ type: 'TenantIdUnclear', ticketKey, environmentId, reason: 'several-uuids' });
  }
  let candidates = concerned;
  if (concerned.length === 0 || asksForCodeToo) {
    if (!takesPart(environment)) return noActionNeeded(ticket, environment);
    if ('unmatched' in sender) return unmatched(ticket, sender.unmatched);
    const requested = await requestFromTicket(ticket, environment, 'before-tenant-id');
    if (requested === 'unknown-company') return unmatched(ticket, requested);
    if (concerned.length === 0) {
      candidates = await dependencies.connections.findByEnvironment(environment.environmentId);
    }
  }
  return assignTenant(ticket, environment, candidates, mention.tenantId);
}

function awaitsIntegration({ state }: Connection): boolean {
  return [
    'code-requested',
    'code-issued',
    'app-integrated',
    'tenant-id-received',
    'disconnected',
    'expired',
  ].includes(state);
}

async function takeUpIntegration(ticket: TicketCase, waiting: readonly Connection[]): Promise<void> {
  const [connection, ...others] = waiting;
  if (connection === undefined || others.length > 0) {
    return ticket.conclude({ type: 'DeliveryIgnored', reason: 'several-connections-wait' });
  }
  // With a tenant ID in hand, "I have integrated" is the remedy of a failed test: try that tenant again.
  const remedied = ['not-integrated', 'no-licence', 'missing-scopes'].some(
    (failure) => failure === connection.lastFailure,
  );
  const type =
    remedied && connection.tenantId !== undefined ? 'AccessTestRetryRequested' : 'IntegrationReported';
  const { dependencies, cause, ticketKey } = ticket;
  await storeFact(
    dependencies.connections,
    connection.connectionId,
    { type, source: 'ticket' },
    cause,
    ticketKey,
  );
}

async function takeUpRequest(ticket: TicketCase, sender: Requester): Promise<void> {
  if ('unmatched' in sender) return unmatched(ticket, sender.unmatched);
  const { environment } = sender;
  if (!takesPart(environment)) return noActionNeeded(ticket, environment);
  const requested = await requestFromTicket(ticket, environment, 'only');
  if (requested === 'unknown-company') return unmatched(ticket, requested);
  if (requested === 'already-active') {
    await ticket.conclude({ type: 'DeliveryIgnored', reason: requested });
  }
}

function unmatched(ticket: TicketCase, reason: UnmatchedReason): Promise<void> {
  return ticket.conclude({ type: 'TicketUnmatched', ticketKey: ticket.ticketKey, reason });
}

function noActionNeeded(ticket: TicketCase, { environmentId }: Environment): Promise<void> {
  return ticket.conclude({ type: 'NoActionNeeded', ticketKey: ticket.ticketKey, environmentId });
}

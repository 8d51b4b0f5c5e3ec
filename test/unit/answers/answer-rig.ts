import { answerTickets } from '../../../functions/answer-ticket/answer-ticket.ts';
import { planAnswers } from '../../../functions/answer-ticket/plan-answers.ts';
import type { BusEvent } from '../../../shared/contracts/events/event.ts';
import { ChangeBuilder } from '../../../shared/domain/connection/change.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import {
  AnswerNotPut,
  type TicketAnswer,
  type TicketStanding,
  type TicketSystem,
} from '../../../shared/domain/ticket/ticket-system.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aCause, someTime } from '../../builders/history.ts';
import { aBusEvent } from '../../builders/mail.ts';
import { createInMemoryStore, type InMemoryStore } from '../../doubles/in-memory-store.ts';

type Trouble =
  | 'none'
  /** The system refuses the call. */
  | 'not put'
  /** It takes the answer, and the connection breaks. */
  | 'answer lost'
  /** The connection breaks before it. */
  | 'never arrived'
  | 'gone';

/** A ticket system that keeps what it is given. */
class Desk implements TicketSystem {
  readonly replies: { ticketId: string; answer: TicketAnswer; messageId: string }[] = [];
  readonly standings: { ticketId: string; standing: TicketStanding }[] = [];
  readonly searches: string[] = [];
  trouble: Trouble = 'none';
  retryAfterSeconds: number | undefined;
  /** Runs while a standing is on its way. */
  meanwhile: () => Promise<void> = async () => {};

  async reply(ticketId: string, answer: TicketAnswer) {
    if (this.trouble === 'gone') return 'gone' as const;
    if (this.trouble === 'not put') {
      throw new AnswerNotPut('The desk is full.', { retryAfterSeconds: this.retryAfterSeconds });
    }
    if (this.trouble === 'never arrived') throw new Error('connection reset');
    const messageId = `m-${this.replies.length + 1}`;
    this.replies.push({ ticketId, answer, messageId });
    if (this.trouble === 'answer lost') throw new Error('connection reset');
    return { messageId };
  }

  async findReply(ticketId: string, { answerId }: TicketAnswer) {
    this.searches.push(answerId);
    const found = this.replies.find(
      (one) => one.ticketId === ticketId && one.answer.text.includes(answerId.slice(0, 10)),
    );
    return found === undefined ? undefined : { messageId: found.messageId };
  }

  async follow(ticketId: string, standing: TicketStanding) {
    if (this.trouble === 'gone') return 'gone' as const;
    this.standings.push({ ticketId, standing });
    await this.meanwhile();
    return 'followed' as const;
  }

  get texts(): readonly string[] {
    return this.replies.map(({ answer }) => answer.text);
  }

  get turn(): string | undefined {
    return this.standings.at(-1)?.standing.turn;
  }
}

export const settleSeconds = 60;

/** The function around an environment and its connections, all of them on ticket 1 of the generic system. */
export async function answerRig(
  connections: readonly Connection[] = [],
  environment: Environment = anEnvironment(),
  store: InMemoryStore = createInMemoryStore(),
) {
  store.given({ connections, environments: [environment] });
  for (const { connectionId } of connections) await link(store, connectionId, 'generic:1');
  const desk = new Desk();
  const zoho = new Desk();
  let systems: ReadonlyMap<string, TicketSystem> = new Map([
    ['generic', desk],
    ['zoho-desk', zoho],
  ]);
  const logged: [string, Readonly<Record<string, string>>][] = [];
  let now = new Date(someTime);
  /** A call to the store by which the process dies, before it or after. */
  let kill: { readonly call: string; readonly when: 'before' | 'after' } | undefined;
  const deadly = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get:
        (target, method) =>
        async (...given: unknown[]) => {
          const isHere = kill?.call === `${name}.${String(method)}`;
          if (isHere && kill?.when === 'before') throw new Error('killed');
          const run = Reflect.get(target, method) as (...given: unknown[]) => unknown;
          const result = await run.apply(target, given);
          if (isHere) throw new Error('killed');
          return result;
        },
    });
  const answer = (event: BusEvent) =>
    answerTickets(event, {
      plan: (one) => planAnswers(one, { ...store, now: () => now }),
      systems,
      connections: store.connections,
      tickets: deadly('tickets', store.deliveries),
      answers: deadly('answers', store.answers),
      clock: () => now,
      settleSeconds,
      log: (line, ids) => logged.push([line, ids]),
    });
  return {
    store,
    desk,
    zoho,
    /** Zoho Desk is not in use. */
    withoutZoho: () => {
      systems = new Map([['generic', desk]]);
    },
    logged,
    answer,
    link: (connectionId: string, ticketKey: string) => link(store, connectionId, ticketKey),
    /** The connection as it is now, changed in its state or fields. */
    become: (connection: Connection, fields: Partial<Connection>) =>
      store.given({ connections: [{ ...connection, ...fields }] }),
    event: (type: string, connection: Connection, detail: Partial<BusEvent['detail']> = {}) =>
      aBusEvent(type, {
        eventId: `${connection.connectionId}-${type}`,
        connectionId: connection.connectionId,
        environmentId: connection.environmentId,
        ...detail,
      }),
    ticketEvent: (type: string, detail: Partial<BusEvent['detail']> = {}) =>
      aBusEvent(type, { aggregate: 'delivery', ticketKey: 'generic:1', ...detail }),
    killAt: (call: string, when: 'before' | 'after') => {
      kill = { call, when };
    },
    heal: () => {
      kill = undefined;
    },
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
  };
}

async function link(store: InMemoryStore, connectionId: string, ticketKey: string): Promise<void> {
  const connection = await store.connections.find(connectionId);
  if (connection === undefined) throw new Error(`There is no ${connectionId}.`);
  const change = ChangeBuilder.of(connection, aCause()).tell('FactIgnored');
  await store.connections.save(change.effect({ kind: 'link-ticket', ticketKey }).build());
}

import {
  bridgeAnswer,
  bridgeGone,
  type TicketAnswerWebhook,
  ticketAnswerWebhook,
} from '../../contracts/webhooks/ticket-answers.ts';
import { AnswerNotPut, type TicketSystem } from '../../domain/ticket/ticket-system.ts';
import { systemClock } from '../../platform/clock.ts';
import { TransientError } from '../../platform/errors.ts';
import { digest } from '../../platform/ids.ts';
import { parseAs, parseJson } from '../parsing.ts';
import {
  createSignedWebhook,
  failureOf,
  isTaken,
  type WebhookAnswer,
  type WebhookOptions,
} from '../signed-webhook.ts';

const receiver = 'The ticket bridge';

/** Any ticket system, through a bridge that takes Standard Webhooks (docs/ticket-bridge.md). */
export function createTicketBridge(options: WebhookOptions): TicketSystem {
  const { clock = systemClock } = options;
  const webhook = createSignedWebhook(options);
  const post = (webhookId: string, body: TicketAnswerWebhook) =>
    webhook.post(webhookId, JSON.stringify(parseAs(ticketAnswerWebhook, body, 'The webhook to the bridge')));

  return {
    reply: async (ticketId, answer) => {
      const { answerId, about, locale, text } = answer;
      const said = await post(answerId, {
        type: 'ticket.answer',
        timestamp: clock().toISOString(),
        data: { ticketId, answerId, about, locale, text },
      });
      if (isGone(said)) return 'gone';
      if (!isTaken(said)) throw failureOf(receiver, said, isRefused(said) ? AnswerNotPut : TransientError);
      const parsed = bridgeAnswer.safeParse(parseJson(said.text));
      return { messageId: parsed.success ? parsed.data.messageId : undefined };
    },
    // Known by its webhook-id: posting it again puts it once.
    findReply: async () => undefined,
    follow: async (ticketId, { turn, activeCompanies, companies }) => {
      const timestamp = clock().toISOString();
      const counts = [String(activeCompanies), String(companies)];
      const said = await post(digest('ticket.standing', ticketId, turn, ...counts, timestamp).slice(0, 40), {
        type: 'ticket.standing',
        timestamp,
        data: { ticketId, turn, activeCompanies, companies, closed: turn === 'nobody' },
      });
      if (isGone(said)) return 'gone';
      if (!isTaken(said)) throw failureOf(receiver, said);
      return 'followed';
    },
  };
}

/** The ticket is; a wrong URL answers 404 too, but not in these words. */
function isGone(answer: WebhookAnswer): boolean {
  if (answer.status !== 404 && answer.status !== 410) return false;
  return bridgeGone.safeParse(parseJson(answer.text)).success;
}

/** Nothing was done: it did not arrive, or was not accepted. After 408 and 409 something may have been. */
function isRefused(answer: WebhookAnswer): boolean {
  const { status } = answer;
  if (status === undefined) return answer.isNeverSent;
  return status >= 300 && status < 500 && status !== 408 && status !== 409;
}

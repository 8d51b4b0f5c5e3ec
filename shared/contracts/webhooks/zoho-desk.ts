import * as z from 'zod';

/** Header of the token that Zoho Desk sends beside a delivery (tickets.md 2.4); names are compared in lower case. */
export const zohoTokenHeader = 'x-zdesk-jwt';

/** Bodies of the probes by which Zoho tries an address; seen with and without a token (tickets.md 2.3). */
export function isZohoProbe(rawBody: Buffer): boolean {
  return ['', '{"{}":""}'].includes(rawBody.subarray(0, 64).toString('utf8').trim());
}

/** Ids are texts of digits; whatever goes into a path of their interface holds nothing else than these. */
const zohoId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** What a delivery is believed: that there is something to look at. */
export const zohoHint = z.object({
  ticketId: zohoId,
  eventType: z.enum(['Ticket_Add', 'Ticket_Update', 'Ticket_Thread_Add', 'Ticket_Comment_Add']),
  /** Of the thread or comment. */
  itemId: zohoId.optional(),
  /** Milliseconds since the epoch. */
  eventTime: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,16}$/))
    .optional()
    .catch(undefined),
});
export type ZohoHint = z.infer<typeof zohoHint>;

const event = z.looseObject({
  eventType: z.string(),
  eventTime: z.unknown().optional(),
  payload: z.looseObject({ id: z.unknown().optional(), ticketId: z.unknown().optional() }),
});

/** More in one delivery than anybody has seen: usually it is one. */
const eventsAtMost = 50;

/**
 * The hints of a delivery's body, which is an array of events, though single ones were seen. Nothing but ids is taken
 * from it: the token beside it does not cover it. `dropped` counts what is none of ours or has no ids.
 */
export function hintsIn(body: unknown): { readonly hints: readonly ZohoHint[]; readonly dropped: number } {
  const events = Array.isArray(body) ? body : [body];
  const hints = new Map<string, ZohoHint>();
  let dropped = 0;
  for (const one of events) {
    const hint = hints.size < eventsAtMost ? hintOf(one) : undefined;
    if (hint === undefined) dropped += 1;
    else hints.set(JSON.stringify(hint), hint);
  }
  return { hints: [...hints.values()], dropped };
}

function hintOf(value: unknown): ZohoHint | undefined {
  const parsed = event.safeParse(value);
  if (!parsed.success) return undefined;
  const { eventType, eventTime, payload } = parsed.data;
  const isItem = eventType === 'Ticket_Thread_Add' || eventType === 'Ticket_Comment_Add';
  const hint = zohoHint.safeParse({
    eventType,
    eventTime,
    ticketId: isItem ? payload.ticketId : payload.id,
    // A thread's own id was missing in some deliveries: the ticket is looked at as a whole.
    itemId: isItem && zohoId.safeParse(payload.id).success ? payload.id : undefined,
  });
  return hint.success ? hint.data : undefined;
}

/** Names a delivery by what it is about (tickets.md 2.6): a thread or comment by itself, else with its time. */
export function zohoDeliveryKey(orgId: string, { eventType, ticketId, itemId, eventTime }: ZohoHint): string {
  return [
    'zoho',
    orgId,
    eventType,
    itemId ?? ticketId,
    ...(itemId === undefined ? [eventTime ?? ''] : []),
  ].join(':');
}

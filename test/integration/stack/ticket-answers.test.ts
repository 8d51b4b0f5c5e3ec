import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../cloud/poll.ts';
import { checkStage } from './invariants.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.addCodes(6);
});
afterAll(() => stage.stop());

const asks = 'Graag ontvangen wij een uitnodigingscode voor Visma.net.';
/** An answer names the event that it is about by its last line; nothing may be said twice. */
const references = (texts: readonly string[]) =>
  texts.flatMap((text) => /(?:Kenmerk|Reference): ([0-9a-f]{10})/.exec(text)?.[1] ?? []);

const within = <Value>(what: string, look: () => Value | undefined) =>
  eventually(async () => look(), what, 60_000);

/** What an answer may never hold: a code of the local portal, a link, or a UUID. */
const secret = /LOCAL-[0-9A-F]{8}|https?:|[0-9a-f]{8}-[0-9a-f]{4}-/i;

describe('answers on a ticket', () => {
  it('follow the customer in Zoho Desk until his company is active, and close it; each comes once', async () => {
    const { desk } = stage.local.zohoDesk;
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const ticket = desk.create({ email: customer.email, subject: 'Koppeling', html: `<p>${asks}</p>` });
    const said = () =>
      ticket.threads.filter(({ direction }) => direction === 'out').map(({ content }) => content);
    await within('an answer', () => said().at(0));
    await within('the turn of the customer', () => (ticket.status === 'On Hold' ? true : undefined));
    stage.integrate(customer.tenantId, { told: false });
    desk.mailFrom(ticket.id, `<p>De tenant ID is ${customer.tenantId}</p>`);
    await stage.untilState(connectionId, 'activated');
    await within('the end of the ticket', () => (ticket.status === 'Closed' ? true : undefined));
    await stage.settled(1_500);
    expect(said().length).toBeGreaterThan(1);
    expect(new Set(references(said())).size).toBe(said().length);
    expect(said().filter((text) => secret.test(text))).toEqual([]);
    expect(ticket.cf.cf_visma_onboarding).toContain('1/1');
    expect(ticket.status).toBe('Closed');
  });

  it('go over the bridge for companies of one ticket, and nothing that comes back starts anything', async () => {
    const { tickets } = stage.local;
    tickets.bridge.set({ echo: 'inbound', failAfter: 1 });
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const { id } = tickets.desk.create({
      requester: { email: customer.email, name: '' },
      subject: 'Uitnodigingscode Visma.net',
      text: asks,
    });
    const said = () =>
      tickets.desk
        .ticket(id)
        .messages.flatMap(({ direction, text }) => (direction === 'outbound' ? [text] : []));
    await within('an answer', () => said().at(0));
    stage.integrate(customer.tenantId, { told: true });
    await stage.untilState(connectionId, 'activated');
    await within('the end of the ticket', () => tickets.desk.ticket(id).standing?.closed || undefined);
    await stage.settled(1_500);
    expect(new Set(references(said())).size).toBe(said().length);
    expect(said().filter((text) => secret.test(text))).toEqual([]);
    const { history } = await stage.show(connectionId);
    expect(history.filter(({ type }) => type === 'InvitationCodeIssued')).toHaveLength(1);
    expect(tickets.desk.ticket(id).standing).toMatchObject({
      turn: 'nobody',
      activeCompanies: 1,
      companies: 1,
    });
    await checkStage(stage, await stage.connections());
  });
});

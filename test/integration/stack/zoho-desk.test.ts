import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../cloud/poll.ts';
import { post } from './deliveries.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.addCodes(4);
});
afterAll(() => stage.stop());

const asks = '<div>Graag ontvangen wij een uitnodigingscode voor Visma.net.</div>';
const webhookId = '97709500000001';

describe('a ticket in Zoho Desk', () => {
  it('leads to a code and, by an answer with the tenant ID, to activation; agents’ words lead nowhere', async () => {
    const { desk, webhooks, accounts } = stage.local.zohoDesk;
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const ticket = desk.create({ email: customer.email, subject: 'Koppeling', html: asks });
    await stage.until(connectionId, 'code-issued', ({ state }) => state === 'code-issued');
    desk.sendReply(ticket.id, {
      to: customer.email,
      content: `Verstuurd. Een voorbeeld van een tenant ID: ${customer.customerTenantId}`,
      contentType: 'plainText',
    });
    desk.comment(ticket.id, {
      content: `Tenant ID ${customer.customerTenantId}`,
      contentType: 'plainText',
      isPublic: false,
      by: 'agent',
    });
    stage.integrate(customer.tenantId, { told: false });
    desk.mailFrom(ticket.id, `<p>De tenant ID is ${customer.tenantId}</p>`);
    const shown = await stage.until(connectionId, 'activated', ({ state }) => state === 'activated');
    expect(shown.history.filter(({ type }) => type === 'InvitationCodeIssued')).toHaveLength(1);
    expect(shown.history.filter(({ type }) => type === 'TenantIdReported')).toMatchObject([
      { by: 'ticket:zoho-desk', tenantId: customer.tenantId },
    ]);
    expect(webhooks.deliveries.map(({ outcome }) => outcome)).toEqual(webhooks.deliveries.map(() => 200));
    expect(accounts.issued()).toBe(1);
  });

  it('is found by the reconciliation when its deliveries were lost', async () => {
    const { desk, webhooks } = stage.local.zohoDesk;
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    webhooks.suppress(true);
    desk.create({ email: customer.email, subject: 'Koppeling', html: asks, channel: 'Web' });
    webhooks.suppress(false);
    expect(await stage.find(connectionId)).toBeUndefined();
    await stage.reconcileTickets();
    const shown = await stage.until(connectionId, 'code-issued', ({ state }) => state === 'code-issued');
    await stage.reconcileTickets();
    await stage.settled(1_500);
    expect((await stage.show(connectionId)).history).toEqual(shown.history);
  });

  it('is not taken from a body that came with a captured token', async () => {
    const { desk, webhooks } = stage.local.zohoDesk;
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const ticket = desk.create({ email: customer.email, subject: 'Vraag', html: '<p>Wat is het adres?</p>' });
    const address = webhooks.address() ?? '';
    const body = (payload: object) => JSON.stringify([{ eventType: 'Ticket_Add', payload }]);
    const headers = { 'x-zdesk-jwt': await webhooks.sign(webhookId) };
    const forged = { id: ticket.id, subject: 'Uitnodigingscode Visma.net', description: asks };
    expect((await post(address, body(forged), headers)).status).toBe(200);
    expect((await post(address, body({ ...forged, id: '424242' }), headers)).status).toBe(200);
    expect((await post(address, body(forged), { 'x-zdesk-jwt': 'forged' })).status).toBe(401);
    expect((await post(`${address}x`, body(forged), headers)).status).toBe(404);
    await eventually(
      async () => stage.lines.some((line) => line.includes('TICKET NOT READ') && line.includes('424242')),
      'the look at a ticket that is not there',
      30_000,
    );
    await stage.settled(1_500);
    expect(await stage.find(connectionId)).toBeUndefined();
  });

  it('waits in the queue while Zoho Desk is away', async () => {
    const { zohoDesk } = stage.local;
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    zohoDesk.setOutage(503);
    zohoDesk.desk.create({ email: customer.email, subject: 'Koppeling', html: asks });
    await eventually(
      async () => stage.lines.some((line) => line.includes('Zoho Desk answered 503')),
      'a refused look',
      30_000,
    );
    zohoDesk.setOutage(undefined);
    zohoDesk.accounts.revokeAll();
    const shown = await stage.until(connectionId, 'code-issued', ({ state }) => state === 'code-issued');
    expect(shown.history.filter(({ type }) => type === 'InvitationCodeIssued')).toHaveLength(1);
  });
});

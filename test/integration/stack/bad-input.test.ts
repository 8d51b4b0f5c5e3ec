import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandInput, CommandRefused } from '../../../infra/operator/client.ts';
import { eventually } from '../cloud/poll.ts';
import { type Customer, post, ticketBody } from './deliveries.ts';
import { checkStage, countOf, mailsTo, operators, subjects, untilMail } from './invariants.ts';
import { pause, Stage } from './stage.ts';

/** Somebody with keys of our account and no policy at all. */
const visitor = { accessKeyId: 'AKIALOCALVISITOR0001', secretAccessKey: 'visitor-of-the-local-stage' };

describe('bad input from outside', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start({ users: [{ name: 'visitor', ...visitor }] });
    await stage.addCodes(30);
  });
  afterAll(() => stage?.stop());

  async function withCode(change: Partial<Customer> = {}) {
    const customer = stage.newCustomer(change);
    const connectionId = await stage.register(customer);
    await stage.asksForCode(customer);
    const mail = await untilMail(stage, customer.email, subjects.code);
    return { customer, connectionId, mail };
  }

  async function activated() {
    const one = await withCode();
    stage.integrate(one.customer.tenantId, { told: false });
    await stage.sendsTenantId(one.customer, one.customer.tenantId);
    await stage.untilState(one.connectionId, 'activated');
    return one;
  }

  /** What the mails to a customer say, all together. */
  function readBy({ email }: Customer): string {
    return stage.local.cloud.mail
      .mails()
      .filter(({ to }) => to.includes(email))
      .map(({ subject, text, html }) => `${subject}\n${text}\n${html}`)
      .join('\n');
  }

  function untilOperatorsRead(words: string) {
    return eventually(
      async () => {
        const mails = stage.local.cloud.mail.mails().filter(({ to }) => to.includes(operators));
        const mail = mails.find(({ text }) => text?.includes(words));
        if (mail === undefined) await pause(150);
        return mail;
      },
      `operators' mail: ${words}`,
      60_000,
    );
  }

  async function refusalOf(command: CommandInput, keys = stage.local.endpoints.operator) {
    const error = await stage.command(command, keys).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof CommandRefused)) throw new Error('The command was not refused', { cause: error });
    return error;
  }

  it('is turned away at the webhooks with the status that says why, and leaves nothing behind', async () => {
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const body = ticketBody(customer, {
      type: 'ticket.created',
      text: 'Graag een uitnodigingscode voor Visma.net.',
    });
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    const large = ticketBody(customer, { text: 'a'.repeat(260 * 1024) });
    const statuses = {
      'another secret': await stage.postTicket(body, {
        secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
      }),
      'no signature': await post(`${stage.local.endpoints.api}/webhooks/tickets/generic`, body, {}),
      'a signature of something else': await stage.postTicket(body, {
        headers: { 'webhook-signature': 'v1,AAAA' },
      }),
      'an id that was not signed': await stage.postTicket(body, { headers: { 'webhook-id': 'msg_other' } }),
      'six minutes old': await stage.postTicket(body, { at: minutesAgo(6) }),
      'six minutes early': await stage.postTicket(body, { at: minutesAgo(-6) }),
      'too large': await stage.postTicket(large),
      'not JSON': await stage.postTicket('{"type":'),
      'not an object': await stage.postTicket('[]'),
      'without a ticket': await stage.postTicket(JSON.stringify({ type: 'ticket.created' })),
      'unknown type': await stage.postTicket(body.replace('ticket.created', 'ticket.deleted')),
      'Visma: another secret': await stage.postVisma(customer.tenantId, { signature: 'AAAA' }),
      'Visma: not JSON': await stage.postVisma(customer.tenantId, { body: 'tenant' }),
    };
    const told = Object.fromEntries(Object.entries(statuses).map(([what, { status }]) => [what, status]));
    expect(told).toEqual({
      'another secret': 401,
      'no signature': 401,
      'a signature of something else': 401,
      'an id that was not signed': 401,
      'six minutes old': 401,
      'six minutes early': 401,
      'too large': 413,
      'not JSON': 400,
      'not an object': 400,
      'without a ticket': 400,
      'unknown type': 202,
      'Visma: another secret': 401,
      'Visma: not JSON': 400,
    });
    expect(statuses['unknown type'].body).toEqual({ accepted: false, reason: 'unknown-type' });
    await stage.settled(1_000);
    expect(await stage.find(connectionId)).toBeUndefined();
    expect(readBy(customer)).toBe('');
  });

  it('counts once when a delivery is replayed', async () => {
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const webhookId = `msg_${randomUUID()}`;
    await stage.asksForCode(customer, { webhookId });
    await untilMail(stage, customer.email, subjects.code);
    await stage.asksForCode(customer, { webhookId });
    await stage.settled(1_000);
    const shown = await stage.show(connectionId);
    expect([countOf(shown, 'InvitationCodeIssued'), countOf(shown, 'InvitationCodeResent')]).toEqual([1, 0]);
    expect(mailsTo(stage, customer.email, subjects.code)).toHaveLength(1);
  });

  it('goes to operators when the requester is unknown or names an environment that is not his', async () => {
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    const email = 'stranger@elsewhere.example';
    const [unknown, naming, contact] = [stage.newCustomer(), stage.newCustomer(), stage.newCustomer()];
    await stage.register(contact);
    await stage.asksForCode(unknown, { email });
    await stage.asksForCode(naming, { email, fields: { environment: customer.environmentId } });
    await stage.asksForCode(contact, { fields: { environment: customer.environmentId } });
    const [first, second, third] = await Promise.all(
      [unknown, naming, contact].map(({ ticketId }) =>
        untilMail(stage, operators, `Ticket ${ticketId}: wie is dit?`),
      ),
    );
    expect(first).toContain('bij geen enkele omgeving geregistreerd');
    expect(second).toContain('geen geregistreerd contact van de omgeving');
    expect(third).toContain('een andere omgeving dan die van de aanvrager');
    await stage.settled(1_000);
    expect(await stage.find(connectionId)).toBeUndefined();
    expect([customer, contact].map(readBy).join('')).toBe('');
    expect(stage.local.cloud.mail.mails().filter(({ to }) => to.includes(email))).toEqual([]);
  });

  it('is asked back when a reply holds several UUIDs', async () => {
    const { customer, connectionId } = await withCode();
    await stage.sendsTenantId(customer, `${customer.tenantId} of ${customer.customerTenantId}`);
    await untilMail(stage, customer.email, 'Voor welk bedrijf is deze Tenant ID?');
    const shown = await stage.show(connectionId);
    expect([shown.state, countOf(shown, 'TenantIdReported')]).toEqual(['code-issued', 0]);
  });

  it("never activates another customer's tenant: claimed, it is refused without a name", async () => {
    const [holder, other] = await Promise.all([activated(), withCode()]);
    await stage.sendsTenantId(other.customer, holder.customer.tenantId);
    await untilMail(stage, other.customer.email, 'Deze Tenant ID kan niet worden gekoppeld');
    const shown = await stage.show(other.connectionId);
    expect(shown).toMatchObject({ state: 'code-issued', lastFailure: 'tenant-claimed' });
    const { name, email, environmentId, corporateId } = holder.customer;
    const leaked = [name, email, environmentId, corporateId].filter((words) =>
      readBy(other.customer).includes(words),
    );
    expect(leaked).toEqual([]);
  });

  it("takes two operators to approve another company's tenant", async () => {
    const owner = stage.newCustomer();
    const [{ customer, connectionId }] = await Promise.all([withCode(), stage.register(owner)]);
    const { tenantId } = owner;
    stage.integrate(tenantId, { told: false });
    await stage.sendsTenantId(customer, tenantId);
    expect((await stage.untilState(connectionId, 'needs-attention')).attention?.reason).toBe(
      'identity-mismatch',
    );
    const approve = { command: 'DecideConnection', connectionId, decision: 'approve', tenantId } as const;
    await stage.command(approve);
    expect((await refusalOf(approve)).message).toContain('another operator must approve it too');
    expect(await stage.show(connectionId)).toMatchObject({
      state: 'needs-attention',
      approvals: [{ by: expect.stringContaining('operator-1') }],
    });
    const another = { ...approve, tenantId: customer.tenantId };
    expect((await refusalOf(another, stage.local.endpoints.secondOperator)).status).toBe(409);
    await stage.command(approve, stage.local.endpoints.secondOperator);
    const shown = await stage.untilState(connectionId, 'activated');
    expect([countOf(shown, 'ApprovalGiven'), countOf(shown, 'ConnectionApproved')]).toEqual([1, 1]);
  });

  it('is not activated by itself when two registrations claim one company number', async () => {
    const first = stage.newCustomer();
    const second = stage.newCustomer({ corporateId: first.corporateId });
    await stage.registerWithUs(second);
    const connectionId = await stage.register(first);
    await stage.asksForCode(first);
    await untilMail(stage, first.email, subjects.code);
    stage.integrate(first.tenantId, { told: true });
    await untilOperatorsRead('hoort niet met zekerheid bij één registratie');
    await stage.sendsTenantId(first, first.tenantId);
    const shown = await stage.untilState(connectionId, 'needs-attention');
    expect(shown.attention?.reason).toBe('identity-unclear');
    expect(countOf(shown, 'ConnectionActivated')).toBe(0);
  });

  it('is shown and not run when a name holds HTML or a formula', async () => {
    const name = '=HYPERLINK("https://evil.example") <img src=x onerror=alert(1)> & Zn.';
    const { customer } = await withCode({ name });
    const mail = stage.local.cloud.mail.mails().find(({ to }) => to.includes(customer.email));
    expect(mail?.subject).toContain(name);
    expect(mail?.html).not.toContain('<img src=x');
    expect(mail?.html).toContain('&lt;img src');
    expect(mail?.html).not.toContain('href="https://evil.example');
    expect(mail?.text).toContain(name);
  });

  it('adds no code twice and none that is out of date', async () => {
    const valid = {
      code: `TWICE-${randomUUID()}`,
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
    const expired = { code: `LATE-${randomUUID()}`, expiresAt: new Date(Date.now() - 1_000).toISOString() };
    const add = (codes: (typeof valid)[]) => stage.command({ command: 'AddInvitationCodes', codes });
    expect(await add([valid, expired])).toMatchObject({ added: 1, known: 0, tooOld: 1 });
    expect(await add([valid])).toMatchObject({ added: 0, known: 1, tooOld: 0 });
    const again = { ...valid, expiresAt: new Date(Date.now() + 2 * 86_400_000).toISOString() };
    expect(await add([again, expired])).toMatchObject({ added: 0, known: 1, tooOld: 1 });
    expect(JSON.stringify(await add([valid]))).not.toContain(valid.code);
  });

  it("goes to operators when nobody waits for a tenant that Visma's webhook names", async () => {
    const nobody = stage.newCustomer();
    const { name, tenantId, corporateId } = nobody;
    stage.local.visma.control.directory.addCustomer({ name, companies: [{ name, corporateId, tenantId }] });
    stage.integrate(tenantId, { told: true });
    expect((await stage.postVisma(randomUUID())).status).toBe(202);
    const [waitless, unread] = await Promise.all([
      untilOperatorsRead('Geen koppeling wacht op het bedrijf'),
      untilOperatorsRead('niet met een token en een lezing'),
    ]);
    expect([waitless.subject, unread.subject]).toEqual([waitless.subject, waitless.subject]);
    expect(`${waitless.text}${waitless.html}`).not.toContain(name);
  });

  it('is no command without a signature, a right, or something to act on', async () => {
    const { api, operator } = stage.local.endpoints;
    const show = { command: 'ShowStock' } as const;
    const unsigned = await post(`${api}/operator/commands`, JSON.stringify(show), {});
    const unknown = `con_${'0'.repeat(20)}`;
    const statuses = {
      unsigned: unsigned.status,
      'wrong key': (await refusalOf(show, { ...operator, secretAccessKey: 'not-it' })).status,
      'no such key': (await refusalOf(show, { ...visitor, accessKeyId: 'AKIANOBODY' })).status,
      'without the right': (await refusalOf(show, visitor)).status,
      'unknown connection': (await refusalOf({ command: 'CancelConnection', connectionId: unknown })).status,
      'show unknown': (await refusalOf({ command: 'ShowConnection', connectionId: unknown })).status,
      'unknown environment': (await refusalOf({ command: 'RequestCode', environmentId: 'nobody' })).status,
      'map unknown': (
        await refusalOf({
          command: 'MapAdministrations',
          environmentId: 'nobody',
          mapping: [{ administrationId: '1', connectionId: 'none' }],
        })
      ).status,
      'no id at all': (await refusalOf({ command: 'ShowConnection', connectionId: '../../etc' })).status,
    };
    expect(statuses).toEqual({
      unsigned: 403,
      'wrong key': 403,
      'no such key': 403,
      'without the right': 403,
      'unknown connection': 404,
      'show unknown': 404,
      'unknown environment': 404,
      'map unknown': 404,
      'no id at all': 400,
    });
    expect(stage.lines.filter((line) => line.includes('user/visitor is not authorized'))).not.toEqual([]);
  });

  it('leaves a stage behind in which everything holds', async () => {
    await stage.settled(1_500);
    const connections = await stage.connections();
    await checkStage(stage, connections);
    expect(connections.length).toBeGreaterThan(5);
  });
});

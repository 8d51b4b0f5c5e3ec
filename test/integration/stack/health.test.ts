import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../cloud/poll.ts';
import type { Customer } from './deliveries.ts';
import { checkStage, countOf, mailsTo, operators, subjects, untilMail } from './invariants.ts';
import { pause, type Shown, Stage } from './stage.ts';

const told = z.object({
  type: z.string(),
  data: z.object({ connectionId: z.string(), reason: z.string().optional() }),
});

describe('the health of active connections', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
    await stage.addCodes(20);
  });
  afterAll(() => stage?.stop());

  interface Active {
    readonly customer: Customer;
    readonly connectionId: string;
  }

  async function active(): Promise<Active> {
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    await stage.asksForCode(customer);
    await untilMail(stage, customer.email, subjects.code);
    stage.integrate(customer.tenantId, { told: false });
    await stage.sendsTenantId(customer, customer.tenantId);
    await untilMail(stage, customer.email, subjects.activated);
    return { customer, connectionId };
  }

  const setVisma = (change: object) => stage.local.visma.control.setSwitches(change);
  const setTenant = ({ customer }: Active, change: object) =>
    stage.local.visma.control.setTenantSwitches(customer.tenantId, change);

  /** Queued for the first, second … period after the present one, so that a minute that ends meanwhile changes nothing. */
  function days(from = stage.period() + 10): () => number {
    let day = from;
    return () => {
      day += 1;
      return day;
    };
  }

  async function fails(one: Active, next: () => number, count: number): Promise<Shown> {
    const before = countOf(await stage.show(one.connectionId), 'HealthCheckFailed');
    for (let day = 1; day <= count; day += 1) {
      await stage.queueHealth({ kind: 'check', connectionId: one.connectionId, period: next() });
      await stage.until(
        one.connectionId,
        `failed ${day} times`,
        (shown) => countOf(shown, 'HealthCheckFailed') === before + day,
      );
    }
    return stage.show(one.connectionId);
  }

  /** Broken for three days, and everybody has heard of it. */
  async function disconnected(one: Active, next: () => number): Promise<Shown> {
    await fails(one, next, 3);
    await untilMail(stage, one.customer.email, 'werkt niet meer');
    await untilMail(stage, operators, `verbroken: ${one.customer.name}`);
    return stage.untilState(one.connectionId, 'disconnected');
  }

  async function recovered({ customer, connectionId }: Active): Promise<void> {
    await stage.untilState(connectionId, 'activated');
    await untilMail(stage, customer.email, 'werkt weer');
    await untilMail(stage, operators, `hersteld: ${customer.name}`);
  }

  function webhooksOf({ connectionId }: Active) {
    return stage.local.spendCloud
      .received()
      .map(({ body }) => told.parse(body))
      .filter(({ data }) => data.connectionId === connectionId)
      .map(({ type, data }) => [type, data.reason]);
  }

  const mailsOf = (one: Active) =>
    ['werkt (', 'werkt niet meer', 'werkt nog niet', 'werkt weer'].map(
      (words) => mailsTo(stage, one.customer.email, words).length,
    );
  const operatorMailsOf = ({ customer }: Active) => [
    mailsTo(stage, operators, `verbroken: ${customer.name}`).length,
    mailsTo(stage, operators, `hersteld: ${customer.name}`).length,
  ];
  const lines = (message: string, about = '') =>
    stage.lines.filter((line) => line.includes(`"${message}"`) && line.includes(about)).length;

  it('is known on the first day, told on the third, and once again when the daily check finds it well', async () => {
    const one = await active();
    const next = days();
    setTenant(one, { licence: false });
    const failing = await fails(one, next, 1);
    expect(failing).toMatchObject({
      state: 'activated',
      health: { reason: 'no-licence', failingPeriods: 1 },
    });
    expect(lines('HEALTH CHECK FAILED', one.connectionId)).toBe(1);

    const broken = await fails(one, next, 2);
    expect(broken).toMatchObject({ state: 'disconnected', disconnection: { reason: 'no-licence' } });
    await untilMail(stage, one.customer.email, 'werkt niet meer');
    await untilMail(stage, operators, `verbroken: ${one.customer.name}`);
    // More days of the same are no news to anybody.
    for (let day = 0; day < 3; day += 1) {
      await stage.queueHealth({ kind: 'check', connectionId: one.connectionId, period: next() });
    }
    await stage.settled(1_000);
    expect((await stage.show(one.connectionId)).history).toHaveLength(broken.history.length);

    setTenant(one, { licence: null });
    await stage.queueHealth({ kind: 'check', connectionId: one.connectionId, period: next() });
    await recovered(one);
    await stage.settled(1_000);
    expect(webhooksOf(one)).toEqual([
      ['connection.activated', undefined],
      ['connection.deactivated', 'disconnected'],
      ['connection.activated', undefined],
    ]);
    expect([mailsOf(one), operatorMailsOf(one)]).toEqual([
      [1, 1, 0, 1],
      [1, 1],
    ]);
    await checkStage(stage, [await stage.show(one.connectionId)]);
  });

  it('forgets failures that pass, and counts doubled messages once', async () => {
    const one = await active();
    const next = days();
    setTenant(one, { grantedScopes: ['vismanet_erp_service_api:read'] });
    for (const period of [next(), next()]) {
      const check = { kind: 'check', connectionId: one.connectionId, period } as const;
      await Promise.all([stage.queueHealth(check), stage.queueHealth(check), stage.queueHealth(check)]);
      await stage.until(one.connectionId, 'failing', ({ history }) =>
        history.some((entry) => entry.period === period),
      );
    }
    setTenant(one, { grantedScopes: null });
    await stage.queueHealth({ kind: 'check', connectionId: one.connectionId, period: next() });
    await stage.until(one.connectionId, 'well', (shown) => countOf(shown, 'HealthCheckRecovered') === 1);
    setTenant(one, { grantedScopes: ['vismanet_erp_service_api:read'] });
    const again = await fails(one, next, 2);
    expect(again).toMatchObject({ state: 'activated', health: { failingPeriods: 2 } });
    expect(countOf(again, 'HealthCheckFailed')).toBe(4);
    expect(mailsOf(one)).toEqual([1, 0, 0, 0]);
    await checkStage(stage, [again]);
  });

  it('comes back by the customer’s own doing: he integrates again, and Visma says so', async () => {
    const one = await active();
    stage.local.visma.control.removeIntegration(one.customer.tenantId);
    const shown = await disconnected(one, days());
    expect(shown.disconnection).toMatchObject({ reason: 'not-integrated' });
    stage.integrate(one.customer.tenantId, { told: true });
    await recovered(one);
    await stage.settled(1_000);
    const after = await stage.show(one.connectionId);
    expect([countOf(after, 'InvitationCodeIssued'), countOf(after, 'ConnectionActivated')]).toEqual([1, 2]);
    expect([mailsOf(one), operatorMailsOf(one)]).toEqual([
      [1, 1, 0, 1],
      [1, 1],
    ]);
    await checkStage(stage, [after]);
  });

  it('is tested again on his word, and he is answered when it is not right yet', async () => {
    const one = await active();
    const next = days();
    setTenant(one, { http: 401 });
    await disconnected(one, next);
    await stage.ticket(one.customer, { text: 'De koppeling is gelukt.' });
    await untilMail(stage, one.customer.email, 'werkt nog niet');
    const failed = await stage.untilState(one.connectionId, 'disconnected');
    expect(failed).toMatchObject({ lastFailure: 'wrong-organisation', accessTestFailures: 1 });
    // Nobody but an operator asks: the customer is left alone.
    await stage.command({ command: 'RetryAccessTest', connectionId: one.connectionId });
    await stage.until(one.connectionId, 'tested', (shown) => countOf(shown, 'AccessTestFailed') === 2);
    setTenant(one, { http: null });
    await stage.sendsTenantId(one.customer, one.customer.tenantId);
    await recovered(one);
    await stage.settled(1_000);
    expect(mailsOf(one)).toEqual([1, 1, 1, 1]);
    await checkStage(stage, [await stage.show(one.connectionId)]);
  });

  it('is not given back to a tenant that shows another company now, until operators say so', async () => {
    const one = await active();
    setTenant(one, { corporateId: '99990001' });
    const shown = await disconnected(one, days());
    expect(shown.disconnection).toMatchObject({ reason: 'identity-changed' });
    const { connectionId } = one;
    await stage.command({ command: 'RetryAccessTest', connectionId });
    await stage.until(connectionId, 'judged', ({ attention }) => attention?.reason === 'identity-mismatch');
    const { operator, secondOperator } = stage.local.endpoints;
    const { tenantId } = one.customer;
    for (const keys of [operator, secondOperator]) {
      await stage.command({ command: 'DecideConnection', connectionId, decision: 'approve', tenantId }, keys);
    }
    await recovered(one);
    await stage.command({ command: 'CheckHealth', connectionId });
    const checked = await stage.until(connectionId, 'checked', (one) => countOf(one, 'HealthChecked') === 1);
    expect(checked.history.at(-1)).toMatchObject({ outcome: 'healthy' });
    // Its own number again: granted without anybody, and stored, or exports would be refused from now on.
    setTenant(one, { corporateId: null });
    await stage.command({ command: 'CheckHealth', connectionId });
    const back = await stage.until(connectionId, 'judged anew', (one) => countOf(one, 'HealthChecked') === 2);
    expect(back.history.at(-1)).toMatchObject({ outcome: 'healthy' });
    expect(back.read).toMatchObject([{ corporateId: one.customer.corporateId }]);
    expect(countOf(back, 'OrganisationsChanged')).toBe(1);
    await stage.settled(1_000);
    expect(mailsOf(one)).toEqual([1, 1, 0, 1]);
    await checkStage(stage, [back]);
  });

  it('is not judged by an outage of Visma, however many days it lasts', async () => {
    const both = await Promise.all([active(), active()]);
    const before = await Promise.all(both.map(({ connectionId }) => stage.show(connectionId)));
    const unknown = lines('HEALTH UNKNOWN');
    const next = days();
    setVisma({ connect: 'down' });
    try {
      for (let day = 0; day < 5; day += 1) {
        const period = next();
        for (const { connectionId } of both) await stage.queueHealth({ kind: 'check', connectionId, period });
      }
      await eventually(
        async () => {
          await pause(200);
          return lines('HEALTH UNKNOWN') >= unknown + 10 || undefined;
        },
        'every check given up',
        60_000,
      );
    } finally {
      setVisma({ connect: 'up' });
    }
    await stage.settled(1_000);
    const after = await Promise.all(both.map(({ connectionId }) => stage.show(connectionId)));
    expect(after).toEqual(before);
    await checkStage(stage, after);
  });

  it('is checked when an operator asks, who reads what came of it', async () => {
    const one = await active();
    const { connectionId } = one;
    const answered = (count: number) =>
      stage.until(
        connectionId,
        `answered ${count} times`,
        (shown) => countOf(shown, 'HealthChecked') === count,
      );
    expect(await stage.command({ command: 'CheckHealth', connectionId })).toMatchObject({
      outcome: 'queued',
    });
    expect((await answered(1)).history.at(-1)).toMatchObject({ outcome: 'healthy' });
    setTenant(one, { licence: false });
    await stage.command({ command: 'CheckHealth', connectionId });
    const shown = await answered(2);
    expect(shown.history.at(-1)).toMatchObject({
      outcome: 'no-licence',
      by: expect.stringMatching(/^operator:/),
    });
    expect(shown.health).toMatchObject({ failingPeriods: 1 });
    setTenant(one, { licence: null });
    await stage.command({ command: 'CheckHealth', connectionId });
    expect(await answered(3)).not.toHaveProperty('health');
  });

  it('is planned by the schedule, for every connection that is active, each for a moment of its own', async () => {
    // The schedule ran when the stage started; this plan is the test's own, so as not to wait for an hour.
    expect(lines('HEALTH CHECKS PLANNED')).toBeGreaterThan(0);
    const { connectionId } = await active();
    await stage.command({ command: 'CancelConnection', connectionId });
    const connections = await stage.connections();
    const count = connections.filter(({ state }) => state === 'activated').length;
    expect(count).toBeGreaterThan(3);
    const done = lines('HEALTH CHECKED');
    await stage.queueHealth({ kind: 'plan', at: new Date().toISOString() });
    const seen = async (what: string, condition: () => boolean) =>
      eventually(async () => (condition() ? true : pause(200)), what, 80_000);
    // The checks of the cancelled one end with the first that finds it so.
    await seen('a plan', () => lines('HEALTH CHECKS PLANNED', `"checks":${count + 1}`) === 1);
    await seen('a planned check', () => lines('HEALTH CHECKED') > done);
    expect(lines('HEALTH CHECKED')).toBeLessThan(done + count);
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePortBase } from '../../infra/local/free-ports.ts';
import { type LocalStage, startLocalStage } from '../../infra/local/local-stage.ts';
import { newCodes } from '../../infra/local/seeds.ts';
import { launchBrowser } from './browser.ts';
import { Customer } from './customer.ts';
import { failsHealthChecks } from './health-checks.ts';

/** Longer than the local stage asks of a code that it gives away (infra/config.ts). */
const shortLifeMs = 34_000;
const operators = 'support@vendor.example';

let browser: Browser;
let stage: LocalStage;
/** Whose code expires: he gets it before the others come. */
let late: Customer;
/** Until then no access may be tested: Visma refuses our client to everybody. */
const visma = Promise.withResolvers<void>();
/** An active customer's tenant ID. */
const active = Promise.withResolvers<Customer>();

function addCodes(count: number, lifeMs?: number): Promise<unknown> {
  const codes = newCodes(count, lifeMs);
  for (const code of codes) stage.visma.control.codes.add(code);
  return late.operatorSays({ command: 'AddInvitationCodes', codes });
}

beforeAll(async () => {
  [browser, stage] = await Promise.all([
    launchBrowser(),
    freePortBase().then((portBase) => startLocalStage({ portBase })),
  ]);
  stage.visma.control.setSwitches({
    webhook: { suppress: true },
    invalidClient: true,
    retryAfterSeconds: 2,
  });
  late = await Customer.arrives(stage, browser, { locale: 'nl', name: 'Laat' });
  await addCodes(1, shortLifeMs);
  await late.asksForCode();
  await addCodes(30);
});

afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

function arrives(locale: 'nl' | 'en', name: string, companies = 1): Promise<Customer> {
  return Customer.arrives(stage, browser, { locale, name, companies });
}

// All at once: most of the time each of them waits for something.
describe.concurrent('a customer sees what is wrong, mends it and gets a connection:', () => {
  it('our client is rejected, which is nobody’s fault but ours', async ({ expect }) => {
    const customer = await arrives('nl', 'Geweigerd');
    try {
      await customer.connects();
      await customer.sees('Wij kijken ernaar');
    } finally {
      stage.visma.control.setSwitches({ invalidClient: false });
      visma.resolve();
    }
    const said = await customer.looks('client-rejected');
    expect(said.nl).toMatch(/u hoeft nu niets te doen/);
    expect(said.en).toMatch(/nothing for you to do/);
    expect(said.nl + said.en).not.toMatch(/vraagt aandacht|needs attention|fout|wrong/i);
    expect(await customer.mail(`${customer.company.name} (client-rejected)`, operators)).toContain(
      customer.company.name,
    );
    const [{ connectionId } = { connectionId: '' }] = await customer.connections();
    await customer.operatorSays({ command: 'RetryAccessTest', connectionId });
    expect(await customer.isActive()).toEqual(['activated']);
    const told = stage.cloud.mail.mails().filter(({ to }) => to.includes(customer.email));
    expect(told.filter(({ subject }) => /nog niet|verkeerd|rechten|licentie/.test(subject))).toEqual([]);
    await customer.leaves();
  });

  it('nothing, in Dutch', async ({ expect }) => {
    const customer = await arrives('nl', 'Vlot');
    await customer.asksForCode();
    const tenantId = await customer.integrates(await customer.code());
    await visma.promise;
    await customer.pastes(tenantId);
    expect(await customer.isActive()).toEqual(['activated']);
    active.resolve(customer);
    const said = await customer.looks('active');
    expect(said.nl).toContain('U bent klaar');
    expect(await customer.mail('De koppeling met Visma.net werkt')).toContain(customer.company.name);
    await customer.leaves();
  });

  it('the tenant ID came before the integration', async ({ expect }) => {
    const customer = await arrives('nl', 'Voorbarig');
    await customer.asksForCode();
    const code = await customer.code();
    await visma.promise;
    await customer.pastes();
    await customer.sees('Wij testen de toegang');
    await customer.sees('Spend Cloud is nog niet gekoppeld');
    const said = await customer.looks('not-integrated');
    expect(said.nl).toMatch(/Integrate en Accept/);
    expect(said.en).toMatch(/Integrate and Accept/);
    expect(said.nl).toContain(code);
    expect(await customer.mail('Spend Cloud is nog niet gekoppeld')).toContain('Integrate');
    await customer.integrates(code);
    await customer.presses(customer.text.again);
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.leaves();
  });

  it('the customer was integrated instead of the company', async ({ expect }) => {
    const customer = await arrives('nl', 'Verkeerd');
    await customer.asksForCode();
    const first = await customer.code();
    const tenantId = await customer.integrates(first, { kind: 'Customer' });
    expect(tenantId).toBe(customer.tenantId);
    await visma.promise;
    await customer.pastes(tenantId);
    await customer.sees(/klant/);
    const said = await customer.looks('wrong-organisation');
    expect(said.nl).toMatch(/Company.*nieuwe/s);
    expect(said.en).toMatch(/Company.*new/s);
    expect(await customer.mail('De verkeerde organisatie')).toContain('Change organization');
    await customer.presses(customer.text.newCode);
    await customer.card().locator('.code code').filter({ hasNotText: first }).waitFor();
    await customer.pastes(await customer.integrates(await customer.code()));
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.leaves();
  });

  it('there is no licence', async ({ expect }) => {
    const customer = await arrives('en', 'Unlicensed');
    stage.visma.control.setTenantSwitches(customer.company.tenantId, { licence: false });
    await customer.asksForCode();
    const tenantId = await customer.integrates(await customer.code());
    await visma.promise;
    await customer.pastes(tenantId);
    await customer.sees(/licence/);
    const said = await customer.looks('no-licence');
    expect(said.en).toMatch(/12027.*Visma\.net Financials/s);
    expect(said.nl).toMatch(/12027.*Visma\.net Financials/s);
    expect(await customer.mail('Visma.net says that there is no licence')).toContain('12027');
    stage.visma.control.setTenantSwitches(customer.company.tenantId, { licence: null });
    await customer.presses(customer.text.again);
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.leaves();
  });

  it('a permission was switched off', async ({ expect }) => {
    const customer = await arrives('en', 'Reserved');
    await customer.asksForCode();
    const tenantId = await customer.integrates(await customer.code(), { without: 'Change data' });
    await visma.promise;
    await customer.pastes(tenantId);
    await customer.sees('Permissions are missing');
    const said = await customer.looks('missing-scopes');
    expect(said.en).toMatch(/Application permissions.*Accept/s);
    expect(said.nl).toMatch(/Application permissions.*Accept/s);
    expect(await customer.mail('Permissions are missing')).toContain('Accept');
    await customer.store.goto(`${stage.visma.url}/app-store`);
    await customer.store.getByRole('link', { name: 'Spend Cloud' }).click();
    await customer.store.getByRole('link', { name: 'Change permissions' }).click();
    await customer.store.getByLabel('Change data').check();
    await customer.store.getByRole('button', { name: 'Accept' }).click();
    await customer.presses(customer.text.again);
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.leaves();
  });

  it('the tenant is another company’s, so that he sends the right one', async ({ expect }) => {
    const customer = await arrives('en', 'Mixed Up', 2);
    const [, other = customer.company] = customer.companies;
    await customer.asksForCode();
    await customer.sees('Integrate Spend Cloud in the Visma App Store', other);
    const tenantId = await customer.integrates(await customer.code(), { company: other });
    expect(tenantId).toBe(other.tenantId);
    await visma.promise;
    await customer.pastes(tenantId);
    await customer.sees('The Tenant ID belongs to another company');
    const said = await customer.looks('identity-mismatch');
    expect(said.en).toContain(`Choose ${customer.company.name} in the App Store`);
    expect(await customer.mail('The Tenant ID belongs to another company')).toContain('consultant@');
    await customer.pastes(await customer.integrates(await customer.code(other)));
    await customer.sees(/access works/);
    await customer.leaves();
  });

  it('the company’s number is another one, so that two operators decide', async ({ expect }) => {
    const customer = await arrives('nl', 'Vernummerd');
    const { tenantId } = customer.company;
    stage.visma.control.setTenantSwitches(tenantId, { corporateId: '99999999' });
    await customer.asksForCode();
    await customer.integrates(await customer.code());
    await visma.promise;
    await customer.pastes(tenantId);
    await customer.sees(/ander bedrijf/);
    const said = await customer.looks('identity-decision');
    expect(said.nl).toMatch(/medewerker kijkt ernaar/);
    expect(await customer.mail(`${customer.company.name} (identity-mismatch)`, operators)).toContain(
      customer.company.name,
    );
    const [{ connectionId, state } = { connectionId: '', state: '' }] = await customer.connections();
    expect(state).toBe('needs-attention');
    for (const by of ['operator', 'secondOperator'] as const) {
      await customer.operatorSays(
        { command: 'DecideConnection', connectionId, decision: 'approve', tenantId },
        by,
      );
    }
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.leaves();
  });

  it('the tenant is somebody’s already, and nothing tells whose', async ({ expect }) => {
    const customer = await arrives('en', 'Second');
    await customer.asksForCode();
    const tenantId = await customer.integrates(await customer.code());
    const first = await active.promise;
    await customer.pastes(first.company.tenantId);
    await customer.sees('This Tenant ID cannot be connected');
    const said = await customer.looks('tenant-claimed');
    const mail = await customer.mail('This Tenant ID cannot be connected');
    expect(said.nl).toMatch(/niet worden gekoppeld/);
    expect(said.en + said.nl + mail).not.toMatch(
      new RegExp(`${first.name}|claim|already|in gebruik|al `, 'i'),
    );
    await customer.pastes(tenantId);
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.leaves();
  });

  it.for([
    ['Throttled', { connect: 429 }],
    ['Unavailable', { http: 503 }],
  ] as const)('Visma is busy or away: %s', async ([name, trouble], { expect }) => {
    const customer = await arrives('en', name);
    stage.visma.control.setTenantSwitches(customer.company.tenantId, trouble);
    await customer.asksForCode();
    const tenantId = await customer.integrates(await customer.code());
    await visma.promise;
    await customer.pastes(tenantId);
    await customer.sees('We are testing the access');
    const said = await customer.looks(name.toLowerCase());
    expect(said.en).toMatch(/we try again.*nothing for you to do/s);
    expect(said.nl).toMatch(/proberen wij het.*opnieuw.*niets te doen/s);
    expect(said.en + said.nl).not.toMatch(/needs attention|vraagt aandacht|wrong|fout/);
    stage.visma.control.setTenantSwitches(customer.company.tenantId, { connect: null, http: null });
    expect(await customer.isActive()).toEqual(['activated']);
    const mails = stage.cloud.mail.mails().filter(({ to }) => to.includes(customer.email));
    expect(
      mails.map(({ subject }) => subject).filter((subject) => /not|missing|wrong/.test(subject)),
    ).toEqual([]);
    await customer.leaves();
  });

  it('the code has expired', async ({ expect }) => {
    const code = await late.code();
    await late.sees('De uitnodigingscode is verlopen');
    const said = await late.looks('code-expired');
    expect(said.nl).not.toContain(code);
    expect(said.en).toMatch(/new code/);
    expect(await late.mail('Uw uitnodigingscode is verlopen')).toContain('nieuwe code');
    await late.presses(late.text.newCode);
    await late.sees('Koppel Spend Cloud in de Visma App Store');
    await late.pastes(await late.integrates(await late.code()));
    expect(await late.isActive()).toEqual(['activated']);
    await late.leaves();
  });

  it('the integration was removed and comes back', async ({ expect }) => {
    const customer = await arrives('nl', 'Verbroken');
    await customer.asksForCode();
    const tenantId = await customer.integrates(await customer.code());
    await visma.promise;
    await customer.pastes(tenantId);
    const [{ connectionId } = { connectionId: '' }] = await customer.connections();
    expect(await customer.isActive()).toEqual(['activated']);
    await customer.signsIn(`${customer.company.name} Company`);
    await customer.store.getByRole('link', { name: 'Spend Cloud' }).click();
    await customer.store.getByRole('button', { name: 'Remove integration' }).click();
    await customer.store.getByText('None yet.').waitFor();
    await failsHealthChecks(stage, connectionId);
    await customer.sees('De koppeling werkt niet meer');
    const said = await customer.looks('disconnected');
    expect(said.nl).toMatch(/App Store.*code/s);
    expect(said.en).toMatch(/App Store.*code/s);
    expect(await customer.mail('De koppeling met Visma.net werkt niet meer')).toContain('Integrate');
    await customer.presses(customer.text.newCode);
    await customer.card().locator('.code code').waitFor();
    await customer.pastes(await customer.integrates(await customer.code()));
    expect(await customer.isActive()).toEqual(['activated']);
    expect(await customer.mail(/werkt weer/)).toContain(customer.company.name);
    await customer.leaves();
  });

  it('nothing, with three companies on one ticket and their administrations on the page', async ({
    expect,
  }) => {
    const customer = await arrives('en', 'Threefold', 3);
    await customer.asksForCode();
    for (const company of customer.companies) {
      await customer.sees('Integrate Spend Cloud in the Visma App Store', company);
    }
    const codes = await Promise.all(customer.companies.map((company) => customer.code(company)));
    expect(new Set(codes).size).toBe(3);
    await customer.looks('codes');
    const tenantIds: string[] = [];
    for (const [index, company] of customer.companies.entries()) {
      tenantIds.push(await customer.integrates(codes[index] ?? '', { company }));
    }
    expect(tenantIds).toEqual(customer.companies.map((company) => company.tenantId));
    await visma.promise;
    for (const [index, company] of customer.companies.entries()) {
      await customer.pastes(tenantIds[index], company);
    }
    for (const company of customer.companies) await customer.sees(/access works/, company);
    const said = await customer.looks('mapping');
    expect(said.en).toMatch(/Tell us which administration/);
    await customer.card().getByRole('link', { name: 'Which administration' }).click();
    for (const { name } of customer.companies) {
      await customer.page.getByLabel(`Books ${name}`).selectOption(name);
    }
    await customer.page.getByLabel('Books Holding').selectOption('Is not exported to Visma.net');
    await customer.page.getByRole('button', { name: 'Save' }).click();
    expect(await customer.isActive()).toEqual(['activated', 'activated', 'activated']);
    await customer.looks('all-active');
    expect(await customer.page.getByText('You are done: Threefold is connected').count()).toBe(1);
    for (const { name } of customer.companies) {
      expect(await customer.mail(`The connection with Visma.net works (${name})`)).toContain(name);
    }
    await customer.leaves();
  });
});

import { randomUUID } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import * as z from 'zod';
import type { LocalStage } from '../../infra/local/local-stage.ts';
import { type CommandInput, sendCommand } from '../../infra/operator/client.ts';
import type { Locale } from '../../shared/domain/environment/environment.ts';
import { eventually } from '../integration/cloud/poll.ts';
import { newVisitor, screenshot, sizes } from './browser.ts';

/** Many customers share two cores. */
const patienceMs = 60_000;

interface Company {
  readonly name: string;
  readonly corporateId: string;
  readonly tenantId: string;
}

const listed = z.object({
  connections: z.array(z.object({ connectionId: z.string(), state: z.string() })),
});

/** What is on the page in one language: its buttons, and headings that say how it stands. */
const pages = {
  nl: {
    link: 'Open uw koppelpagina',
    send: 'Tenant ID versturen',
    integrated: 'Ik heb op Integrate geklikt',
    again: 'Ik heb dit gedaan, test opnieuw',
    newCode: 'Vraag een nieuwe code',
    active: /De koppeling werkt$/,
    codeMail: 'Uw uitnodigingscode voor Visma.net',
  },
  en: {
    link: 'Open your connection page',
    send: 'Send the Tenant ID',
    integrated: 'I have clicked Integrate',
    again: 'I have done this, test again',
    newCode: 'Ask for a new code',
    active: /The connection works$/,
    codeMail: 'Your invitation code for Visma.net',
  },
} as const;

/** Someone at a customer's, who has a ticket, a mailbox, the connect page and, in a second tab, the App Store. */
export class Customer {
  readonly page: Page;
  readonly store: Page;
  readonly locale: Locale;
  readonly email: string;
  readonly environmentId: string;
  readonly name: string;
  readonly companies: readonly Company[];
  /** Of the customer level, which carries the first company's name (visma.md 4.3). */
  readonly tenantId = newTenantId();
  readonly text: (typeof pages)[Locale];
  readonly #stage: LocalStage;
  #link = '';
  #step = 0;

  private constructor(
    stage: LocalStage,
    tabs: [Page, Page],
    locale: Locale,
    name: string,
    companies: number,
  ) {
    this.#stage = stage;
    [this.page, this.store] = tabs;
    this.locale = locale;
    this.name = name;
    this.text = pages[locale];
    this.environmentId = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
    this.email = `finance@${this.environmentId}.example`;
    this.companies = Array.from({ length: companies }, (_, index) => ({
      name: companies === 1 ? `${name} B.V.` : `${name} ${['North', 'South', 'West'][index]} B.V.`,
      corporateId: String(Math.floor(10_000_000 + Math.random() * 89_999_999)),
      tenantId: newTenantId(),
    }));
  }

  /** Registered with us and known at Visma, with two tabs of a browser open. */
  static async arrives(
    stage: LocalStage,
    browser: Browser,
    { locale, name, companies = 1 }: { locale: Locale; name: string; companies?: number },
  ): Promise<Customer> {
    const { context, page } = await newVisitor(browser);
    context.setDefaultTimeout(patienceMs);
    const customer = new Customer(stage, [page, await context.newPage()], locale, name, companies);
    stage.visma.control.directory.addCustomer({
      tenantId: customer.tenantId,
      name: customer.companies[0]?.name ?? name,
      companies: [...customer.companies],
      users: [{ email: customer.email, name, roles: [{ tenantId: '*', role: 'Integration Administrator' }] }],
    });
    await customer.operatorSays({
      command: 'RegisterEnvironment',
      environmentId: customer.environmentId,
      name,
      locale,
      contacts: [{ email: customer.email, name: '' }],
      contactPerson: { email: 'consultant@vendor.example', name: 'Contact person' },
      exportFormats: ['Visma.net Financials'],
      companies: customer.companies.map(({ tenantId: _, ...company }) => company),
      administrations: [...customer.companies.map((company) => company.name), 'Holding']
        .slice(0, companies === 1 ? 1 : undefined)
        .map((administration, index) => ({
          administrationId: String(index),
          name: `Books ${administration}`,
        })),
    });
    return customer;
  }

  leaves(): Promise<void> {
    return this.page.context().close();
  }

  get company(): Company {
    const [company] = this.companies;
    if (company === undefined) throw new Error(`${this.name} has no company.`);
    return company;
  }

  operatorSays(command: CommandInput, by: 'operator' | 'secondOperator' = 'operator'): Promise<unknown> {
    return sendCommand({ ...this.#stage.endpoints, operator: this.#stage.endpoints[by] }, command);
  }

  async connections(): Promise<z.output<typeof listed>['connections']> {
    const { environmentId } = this;
    const answer = await this.operatorSays({ command: 'ListConnections', environmentId, limit: 10 });
    return listed.parse(answer).connections;
  }

  async writesTicket(text: string): Promise<void> {
    const { page } = this;
    await page.goto(`${this.#stage.endpoints.tickets}/tickets/new`);
    await page.getByLabel('E-mail address of the requester').fill(this.email);
    await page.getByLabel('Subject').fill('Visma.net');
    await page.getByLabel('Message').fill(text);
    await page.getByRole('button', { name: 'Create ticket' }).click();
    await page.getByText(text).waitFor();
  }

  /** The text of the newest mail with such a subject. */
  async mail(subject: string | RegExp, to = this.email): Promise<string> {
    const mail = await eventually(
      () =>
        this.#stage.cloud.mail
          .mails()
          .filter(
            (one) =>
              one.to.includes(to) &&
              (typeof subject === 'string' ? one.subject.includes(subject) : subject.test(one.subject)),
          )
          .at(-1),
      `A mail "${subject}" to ${to}`,
      patienceMs,
    );
    return mail.text ?? '';
  }

  /** Reads a mail on the mailbox's page and follows the link in it. */
  async followsMail(subject: string): Promise<void> {
    const { page } = this;
    await this.mail(subject);
    await page.goto(this.#stage.endpoints.mail);
    const row = page.getByRole('row', { name: this.email }).filter({ hasText: subject });
    await row.getByRole('link').first().click();
    const link = page.frameLocator('iframe').getByRole('link', { name: this.text.link });
    this.#link = (await link.getAttribute('href')) ?? '';
    await page.goto(this.#link);
  }

  /** By a ticket and its mail onto the page. */
  async asksForCode(): Promise<void> {
    await this.writesTicket(
      this.locale === 'nl' ? 'Graag een uitnodigingscode voor Visma.net.' : 'May we have invitation codes?',
    );
    await this.followsMail(this.text.codeMail);
  }

  card(company = this.company): Locator {
    return this.page.getByRole('region', { name: company.name, exact: true });
  }

  code(company = this.company): Promise<string> {
    return this.card(company).locator('.code code').innerText();
  }

  /** Waits for the page's own update. */
  async sees(heading: string | RegExp, company = this.company): Promise<void> {
    await this.card(company).getByRole('heading', { name: heading, level: 3 }).waitFor();
  }

  async presses(button: string, company = this.company): Promise<void> {
    await this.card(company).getByRole('button', { name: button }).click();
    await this.page.getByRole('status').first().waitFor();
  }

  async pastes(tenantId = this.company.tenantId, company = this.company): Promise<void> {
    await this.card(company).getByRole('textbox', { name: 'Tenant ID' }).fill(tenantId);
    await this.presses(this.text.send, company);
  }

  async signsIn(choice: string): Promise<void> {
    const { store } = this;
    await store.goto(`${this.#stage.visma.url}/app-store/sign-in`);
    await store.getByLabel('E-mail address').fill(this.email);
    await store.getByRole('button', { name: 'Sign in', exact: true }).click();
    await store.getByRole('button', { name: choice }).click();
    await store.getByRole('heading', { name: 'Apps for' }).waitFor();
  }

  /** In the App Store's tab, and answers the tenant ID in its corner. `without`: a permission that is switched off. */
  async integrates(
    code: string,
    {
      company = this.company,
      kind = 'Company',
      without,
    }: { company?: Company; kind?: string; without?: string } = {},
  ): Promise<string> {
    const { store } = this;
    await this.signsIn(`${company.name} ${kind}`);
    await store.getByLabel('Invitation code').fill(code);
    await store.getByRole('button', { name: 'Find app' }).click();
    await store.getByRole('button', { name: 'Integrate' }).click();
    if (without !== undefined) await store.getByLabel(without).uncheck();
    await store.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
    await store.getByRole('status').getByText('Spend Cloud is integrated').waitFor();
    await store.getByRole('banner').getByRole('button').click();
    return store.getByLabel('Tenant ID').inputValue();
  }

  /** From the ticket to a tenant ID on the page. */
  async connects(options: { kind?: string; without?: string } = {}): Promise<void> {
    await this.asksForCode();
    await this.pastes(await this.integrates(await this.code(), options));
  }

  /** Until the page says so by itself; answers the states that are stored. */
  async isActive(): Promise<string[]> {
    for (const company of this.companies) await this.sees(this.text.active, company);
    return (await this.connections()).map(({ state }) => state);
  }

  /** Looks in both languages, in his own also in both sizes and with axe; answers what the first card says in each. */
  async looks(what: string): Promise<Record<Locale, string>> {
    const { page, locale } = this;
    this.#step += 1;
    const other = locale === 'nl' ? 'en' : 'nl';
    const name = `${this.environmentId}-${this.#step}-${what}`;
    await page.goto(`${this.#link}?lang=${other}`);
    const inOther = await this.card().innerText();
    await this.#looksIn('phone', `${name}-${other}`);
    await page.goto(`${this.#link}?lang=${locale}`);
    const own = await this.card().innerText();
    await this.#looksIn('phone', `${name}-${locale}`);
    await this.#looksIn('desktop', `${name}-${locale}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [name, id, nodes.map(({ html }) => html)])).toEqual([]);
    return locale === 'nl' ? { nl: own, en: inOther } : { nl: inOther, en: own };
  }

  /** Takes a picture; nothing is wider than the window. */
  async #looksIn(size: keyof typeof sizes, name: string): Promise<void> {
    await this.page.setViewportSize(sizes[size]);
    await screenshot(this.page, `failures/${name}-${size}`);
    const overflow = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect([name, size, overflow <= 0]).toEqual([name, size, true]);
  }
}

/** Of a company as seen in the wild: version 1. */
function newTenantId(): string {
  const [a, b, , d, e] = randomUUID().split('-');
  return `${a}-${b}-11e9-${d}-${e}`;
}

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortBase } from '../../infra/local/free-ports.ts';
import { type LocalStage, startLocalStage } from '../../infra/local/local-stage.ts';
import { type CustomerStory, englishCustomer, newCodes, oneCompany } from '../../infra/local/seeds.ts';
import { sendCommand } from '../../infra/operator/client.ts';
import { launchBrowser, newVisitor, screenshot, type sizes } from './browser.ts';

/** A cold worker, a stream and two queues lie between a person's click and the next mail. */
const patience = { timeout: 60_000, interval: 250 };

/** A mail is shown inside a page: landmarks and the first heading are the mail program's. */
const rulesOfPages = ['landmark-one-main', 'page-has-heading-one', 'region'];

let browser: Browser;
let stage: LocalStage;

beforeAll(async () => {
  browser = await launchBrowser();
  stage = await startLocalStage({ portBase: await freePortBase() });
  const codes = newCodes(2);
  for (const code of codes) stage.visma.control.codes.add(code);
  await sendCommand(stage.endpoints, { command: 'AddInvitationCodes', codes });
  for (const { register, visma } of [oneCompany, englishCustomer]) {
    stage.visma.control.directory.addCustomer(visma);
    await sendCommand(stage.endpoints, register);
  }
});

afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

/** A walk of one customer, who sees every page in one size and every mail in both. */
class Walk {
  readonly page: Page;
  readonly #story: CustomerStory;
  readonly #name: string;
  #step = 0;

  constructor(page: Page, story: CustomerStory, name: string) {
    this.page = page;
    this.#story = story;
    this.#name = name;
  }

  get contact(): string {
    return this.#story.register.contacts[0]?.email ?? '';
  }

  get company(): string {
    return this.#story.register.companies[0]?.name ?? '';
  }

  /** Takes a picture; nothing is wider than the window, and axe objects to nothing. */
  async look(what: string, page = this.page, disabledRules: readonly string[] = []): Promise<void> {
    this.#step += 1;
    await screenshot(page, `onboarding-${this.#name}-${String(this.#step).padStart(2, '0')}-${what}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${what} is wider than the window`).toBeLessThanOrEqual(0);
    // axe runs inside every frame, and the frame of a mail lets nothing run.
    if (page.frames().length > 1) return;
    const { violations } = await new AxeBuilder({ page }).disableRules([...disabledRules]).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }

  async writesTicket(subject: string, text: string): Promise<void> {
    await this.page.goto(stage.endpoints.tickets);
    await this.page.getByRole('link', { name: 'New ticket' }).click();
    await this.page.getByLabel('E-mail address of the requester').fill(this.contact);
    await this.page.getByLabel('Subject').fill(subject);
    await this.page.getByLabel('Message').fill(text);
    await this.page.getByRole('button', { name: 'Create ticket' }).click();
    await this.page.getByText(text).waitFor();
    await this.look('ticket');
  }

  async repliesOnTicket(subject: string, text: string): Promise<void> {
    await this.page.goto(stage.endpoints.tickets);
    await this.page.getByRole('link', { name: subject }).click();
    await this.page.getByLabel('Reply').fill(text);
    await this.page.getByRole('button', { name: 'Send as the customer' }).click();
    await this.page.getByText(text).waitFor();
    await this.look('reply');
  }

  /** Reloads the mailbox until the mail is there, reads it, and answers its text. */
  async reads(subject: string): Promise<string> {
    const { page } = this;
    const mail = page.getByRole('row', { name: this.contact }).getByRole('link', { name: subject });
    await expect
      .poll(async () => {
        await page.goto(stage.endpoints.mail);
        return mail.count();
      }, patience)
      .toBe(1);
    await this.look('mailbox');
    await mail.click();
    await page.getByRole('heading', { level: 1, name: subject }).waitFor();
    await this.look('mail');
    const id = page.url().split('/').at(-1);
    const sent = stage.cloud.mail.mails().find((one) => one.id === id);
    if (!sent?.html || !sent.text) throw new Error(`The mail ${id} lacks a part.`);
    await this.#looksAtMail(sent.html);
    return sent.text;
  }

  async #looksAtMail(html: string): Promise<void> {
    for (const size of ['desktop', 'phone'] as const) {
      const { context, page } = await newVisitor(browser, { size });
      try {
        await page.setContent(html);
        await this.look(`mail-${size}`, page, rulesOfPages);
      } finally {
        await context.close();
      }
    }
  }

  /** As the mail says: sign in, the company, the code, Integrate, Accept. Answers the tenant ID in the corner. */
  async integrates(mailText: string): Promise<string> {
    const { page } = this;
    const address = /\((http[^)]+)\)/.exec(mailText)?.[1] ?? '';
    const code = /^ +(LOCAL-\S+)$/m.exec(mailText)?.[1] ?? '';
    await page.goto(address);
    await page.getByLabel('E-mail address').fill(this.contact);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: `${this.company} Company` }).click();
    await page.getByLabel('Invitation code').fill(code);
    await this.look('code');
    await page.getByRole('button', { name: 'Find app' }).click();
    await page.getByRole('button', { name: 'Integrate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('status').getByText('Spend Cloud is integrated').waitFor();
    await page.getByRole('banner').getByRole('button').click();
    await this.look('tenant-id');
    return page.getByLabel('Tenant ID').inputValue();
  }

  /** Spend Cloud's page, once it names the company. */
  async seesSpendCloud(): Promise<void> {
    await this.page.goto(stage.endpoints.spendCloud);
    const told = this.page.getByRole('article').filter({ hasText: this.company });
    await told.getByRole('heading', { name: 'connection.activated' }).waitFor();
    await this.look('spend-cloud');
  }
}

async function walkOf(story: CustomerStory, name: string, size: keyof typeof sizes): Promise<Walk> {
  const { page } = await newVisitor(browser, { size });
  return new Walk(page, story, name);
}

function connectionOf({ register }: CustomerStory): Promise<unknown> {
  return sendCommand(stage.endpoints, {
    command: 'ListConnections',
    environmentId: register.environmentId,
    limit: 1,
  });
}

describe('a customer’s way to a working connection', () => {
  it('goes in Dutch by the reply on the ticket', async () => {
    stage.visma.control.setSwitches({ webhook: { suppress: true } });
    const walk = await walkOf(oneCompany, 'nl', 'desktop');
    try {
      await walk.writesTicket('Koppeling Visma.net', 'Graag een uitnodigingscode voor Visma.net.');
      const mail = await walk.reads('Uw uitnodigingscode voor Visma.net');
      expect(mail).toContain('antwoord daarmee op uw ticket');
      const tenantId = await walk.integrates(mail);
      expect(tenantId).toBe(oneCompany.visma.companies?.[0]?.tenantId);
      await walk.repliesOnTicket('Koppeling Visma.net', `Gelukt! Onze Tenant ID is ${tenantId}`);
      expect(await walk.reads('De koppeling met Visma.net werkt')).toContain('U hoeft niet meer');
      await walk.seesSpendCloud();
      expect(await connectionOf(oneCompany)).toMatchObject({ connections: [{ state: 'activated' }] });
    } finally {
      await walk.page.context().close();
    }
  });

  it('goes in English by Visma’s webhook alone', async () => {
    stage.visma.control.setSwitches({ webhook: { suppress: false } });
    const walk = await walkOf(englishCustomer, 'en', 'phone');
    try {
      await walk.writesTicket('Visma.net', 'Could you send us an invitation code, please?');
      const mail = await walk.reads('Your invitation code for Visma.net');
      expect(mail).toContain('you need not send the Tenant ID');
      await walk.integrates(mail);
      expect(await walk.reads('The connection with Visma.net works')).toContain('tested');
      await walk.seesSpendCloud();
      expect(await connectionOf(englishCustomer)).toMatchObject({ connections: [{ state: 'activated' }] });
    } finally {
      await walk.page.context().close();
    }
  });
});

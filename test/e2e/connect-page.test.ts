import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortBase } from '../../infra/local/free-ports.ts';
import { type LocalStage, startLocalStage } from '../../infra/local/local-stage.ts';
import {
  type CustomerStory,
  englishCustomer,
  newCodes,
  oneCompany,
  twoCompanies,
} from '../../infra/local/seeds.ts';
import { sendCommand } from '../../infra/operator/client.ts';
import { launchBrowser, newVisitor, screenshot } from './browser.ts';

const patience = { timeout: 60_000, interval: 250 };
const weightLimit = 100 * 1024;

let browser: Browser;
let stage: LocalStage;

beforeAll(async () => {
  browser = await launchBrowser();
  stage = await startLocalStage({ portBase: await freePortBase() });
  const codes = newCodes(6);
  for (const code of codes) stage.visma.control.codes.add(code);
  stage.visma.control.setSwitches({ webhook: { suppress: true } });
  await sendCommand(stage.endpoints, { command: 'AddInvitationCodes', codes });
  for (const { register, visma } of [oneCompany, englishCustomer, twoCompanies]) {
    stage.visma.control.directory.addCustomer(visma);
    await sendCommand(stage.endpoints, register);
  }
});

afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

/** Takes pictures in both sizes; nothing is wider than the window, and axe objects to nothing. */
async function look(page: Page, name: string): Promise<void> {
  for (const [size, width] of [
    ['desktop', 1280],
    ['phone', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await screenshot(page, `connect-${name}-${size}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${name} is wider than a ${size}`).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}

async function writesTicket(page: Page, { register }: CustomerStory, text: string): Promise<void> {
  await page.goto(stage.endpoints.tickets);
  await page.getByRole('link', { name: 'New ticket' }).click();
  await page.getByLabel('E-mail address of the requester').fill(contactOf(register));
  await page.getByLabel('Subject').fill('Visma.net');
  await page.getByLabel('Message').fill(text);
  await page.getByRole('button', { name: 'Create ticket' }).click();
  await page.getByText(text).waitFor();
}

/** The address behind the mail's button. */
async function linkOfMail(story: CustomerStory, subject: string): Promise<string> {
  const to = contactOf(story.register);
  const find = () =>
    stage.cloud.mail.mails().find((mail) => mail.to.includes(to) && mail.subject.startsWith(subject));
  await expect.poll(() => find() !== undefined, patience).toBe(true);
  const [, link = ''] = /^(http\S+\/connect\/\S+)$/m.exec(find()?.text ?? '') ?? [];
  expect(find()?.html).toContain(`href="${link}"`);
  return link;
}

async function integrates(page: Page, { register }: CustomerStory, code: string): Promise<string> {
  await page.goto(`${stage.visma.url}/app-store`);
  await page.getByLabel('E-mail address').fill(contactOf(register));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: `${register.companies[0]?.name} Company` }).click();
  await page.getByLabel('Invitation code').fill(code);
  await page.getByRole('button', { name: 'Find app' }).click();
  await page.getByRole('button', { name: 'Integrate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('status').getByText('Spend Cloud is integrated').waitFor();
  await page.getByRole('banner').getByRole('button').click();
  return page.getByLabel('Tenant ID').inputValue();
}

function contactOf(register: CustomerStory['register']): string {
  return register.contacts[0]?.email ?? '';
}

describe('the connect page', () => {
  it('leads a Dutch customer from the mail to a working connection, and weighs less than 100 KB', async () => {
    const { context, page } = await newVisitor(browser);
    try {
      await writesTicket(page, oneCompany, 'Graag een uitnodigingscode voor Visma.net.');
      const link = await linkOfMail(oneCompany, 'Uw uitnodigingscode');
      const responses: Response[] = [];
      const refused: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') refused.push(message.text());
      });
      page.on('response', (response) => responses.push(response));
      await page.goto(link, { waitUntil: 'networkidle' });
      const weight = (await Promise.all(responses.map((response) => response.body()))).reduce(
        (sum, body) => sum + body.length,
        0,
      );
      console.info(`The connect page weighs ${weight} bytes in ${responses.length} responses.`);
      expect(responses.length).toBeGreaterThanOrEqual(3);
      expect(weight).toBeLessThan(weightLimit);
      await page.getByRole('heading', { name: 'Koppel Spend Cloud in de Visma App Store' }).waitFor();
      await look(page, 'nl-1-code');

      const code = await page.locator('.code code').innerText();
      await page.getByRole('textbox', { name: 'Tenant ID' }).fill(`Is het deze? ${code}`);
      await page.getByRole('button', { name: 'Tenant ID versturen' }).click();
      await page.getByText('Dit is de uitnodigingscode.').waitFor();
      await look(page, 'nl-2-code-pasted');
      // A refused form answers 422, which the console tells; the content security policy refused nothing.
      expect(refused.filter((line) => /security policy/i.test(line))).toEqual([]);

      await page.goto(link);
      await page.getByRole('button', { name: 'Ik heb op Integrate geklikt' }).click();
      await page.getByRole('heading', { name: 'Stuur ons de Tenant ID' }).waitFor(patience);
      await look(page, 'nl-3-integrated');

      const visma = await newVisitor(browser);
      const tenantId = await integrates(visma.page, oneCompany, code);
      await visma.context.close();
      await page
        .getByRole('textbox', { name: 'Tenant ID' })
        .fill(`Onze Tenant ID is ${tenantId.toUpperCase()}, groet!`);
      await page.getByRole('button', { name: 'Tenant ID versturen' }).click();
      await page.getByText('Dank u, wij hebben de Tenant ID.').waitFor();
      // Nobody reloads it.
      await page.getByRole('heading', { name: 'De koppeling werkt' }).waitFor({ timeout: 60_000 });
      await look(page, 'nl-4-active');
    } finally {
      await context.close();
    }
  });

  it('leads an English customer without JavaScript, who first says too much and integrates too late', async () => {
    const { context, page } = await newVisitor(browser, { javaScript: false });
    try {
      await sendCommand(stage.endpoints, {
        command: 'RequestCode',
        environmentId: englishCustomer.register.environmentId,
      });
      const link = await linkOfMail(englishCustomer, 'Your invitation code');
      await page.goto(link);
      const code = await page.locator('.code code').innerText();
      const tenantId = englishCustomer.visma.companies?.[0]?.tenantId ?? '';
      const paste = async (text: string) => {
        await page.getByRole('textbox', { name: 'Tenant ID' }).fill(text);
        await page.getByRole('button', { name: 'Send the Tenant ID' }).click();
      };
      await paste(`${tenantId} or ${englishCustomer.visma.tenantId}`);
      await page.getByText('There is more than one Tenant ID in this.').waitFor();
      expect(await page.getByRole('textbox', { name: 'Tenant ID' }).inputValue()).toContain(tenantId);
      await paste(tenantId.slice(0, 20));
      await page.getByText('This Tenant ID is incomplete').waitFor();
      await paste(tenantId);
      await page.getByText('Thank you, we have the Tenant ID.').waitFor();
      const shows = (heading: string) =>
        expect
          .poll(async () => {
            await page.goto(link);
            return page.getByRole('heading', { name: heading }).count();
          }, patience)
          .toBe(1);
      await shows('Spend Cloud is not integrated yet');
      await screenshot(page, 'connect-en-1-not-integrated');

      const visma = await newVisitor(browser);
      await integrates(visma.page, englishCustomer, code);
      await visma.context.close();
      await page.getByRole('button', { name: 'I have done this, test again' }).click();
      await shows('The connection works');
      await page.getByLabel('Where are you stuck?').selectOption('Something else');
      await page.getByRole('button', { name: 'Ask for help' }).click();
      await page.getByText('gets in touch with the registered contacts').waitFor();
      await screenshot(page, 'connect-en-2-help');
      const { name } = englishCustomer.register;
      const called = () => stage.cloud.mail.mails().some(({ subject }) => subject.includes(`hulp: ${name}`));
      await expect.poll(called, patience).toBe(true);
      await page.getByRole('link', { name: 'Nederlands' }).click();
      await page.getByRole('heading', { name: 'De koppeling werkt' }).waitFor();
    } finally {
      await context.close();
    }
  });

  it('shows several companies, completes their mapping and takes another one', async () => {
    const { context, page } = await newVisitor(browser);
    try {
      const { environmentId } = twoCompanies.register;
      await sendCommand(stage.endpoints, { command: 'RequestCode', environmentId });
      const link = await linkOfMail(twoCompanies, 'Uw uitnodigingscode');
      await expect
        .poll(async () => {
          await page.goto(link);
          return page.locator('.code code').count();
        }, patience)
        .toBe(2);
      for (const [administration, company] of [
        ['Handel', 'Voorbeeld Handel B.V.'],
        ['Transport', 'Voorbeeld Transport B.V.'],
        ['Transport Zuid', 'Gaat niet naar Visma.net'],
      ] as const) {
        await page.getByLabel(administration, { exact: true }).selectOption(company);
      }
      await look(page, 'nl-7-two-companies');
      await page.getByRole('button', { name: 'Opslaan' }).click();
      await page.getByText('Dank u, wij weten nu welke administratie').waitFor();
      await page.getByLabel('Naam van het bedrijf').fill('Voorbeeld Opslag B.V.');
      await page.getByRole('button', { name: 'Vraag een code voor dit bedrijf' }).click();
      await page.getByRole('heading', { name: 'Voorbeeld Opslag B.V.' }).waitFor();
      await look(page, 'nl-8-three-companies');
    } finally {
      await context.close();
    }
  });

  it('tells nothing to who has a false link', async () => {
    const { context, page } = await newVisitor(browser);
    try {
      await page.goto(`${stage.endpoints.api}/connect/WzEsImJha2tlcmlqIiwxLDQwMDAwMDAwMDBd.AAAA`);
      await page.getByRole('heading', { name: 'Deze link werkt niet (meer)' }).waitFor();
      await look(page, 'nl-5-closed');
      const before = stage.cloud.mail.mails().length;
      await page.getByLabel('Uw e-mailadres').fill('niemand@nergens.example');
      await page.getByRole('button', { name: 'Mail een nieuwe link' }).click();
      await page.getByText('Als deze link of dit adres bij een koppeling hoort').waitFor();
      expect(stage.cloud.mail.mails()).toHaveLength(before);
      await page.goto(`${stage.endpoints.api}/connect/oud`);
      await page.getByLabel('Uw e-mailadres').fill(contactOf(oneCompany.register));
      await page.getByRole('button', { name: 'Mail een nieuwe link' }).click();
      await page.getByText('Als deze link of dit adres bij een koppeling hoort').waitFor();
      await look(page, 'nl-6-asked');
      const link = await linkOfMail(oneCompany, 'Uw koppelpagina');
      await page.goto(link);
      await page.getByRole('heading', { name: 'Bakkerij Voorbeeld B.V.' }).waitFor();
      await sendCommand(stage.endpoints, {
        command: 'RevokeConnectLinks',
        environmentId: oneCompany.register.environmentId,
      });
      await page.goto(link);
      await page.getByRole('heading', { name: 'Deze link werkt niet (meer)' }).waitFor();
    } finally {
      await context.close();
    }
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningVisma, startVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { launchBrowser, newVisitor, screenshot, type sizes } from '../browser.ts';

const companyTenant = '8bdf18fd-21cc-11e9-b307-0aa512338dd6';

let browser: Browser;
let visma: RunningVisma;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function start() {
  visma = await startVisma({
    port: 0,
    clientId: 'isv_spend_cloud_test',
    clientSecret: 'not-a-secret',
    codes: [{ code: 'BCDF-2345-GHJK' }],
    customers: [
      {
        name: 'Voorbeeld Groep',
        companies: [
          { name: 'Voorbeeld Groep', tenantId: companyTenant, corporateId: '90000001' },
          { name: 'Voorbeeld Vastgoed met een heel lange statutaire naam B.V.', corporateId: '90000002' },
        ],
        users: [
          {
            email: 'beheer@klant.example',
            name: 'Integratiebeheer',
            roles: [{ tenantId: '*', role: 'Integration Administrator' }],
          },
          { email: 'lezer@klant.example', name: 'Lezer', roles: [{ tenantId: companyTenant, role: 'User' }] },
        ],
      },
    ],
  });
}

/** Nothing that axe objects to, and nothing wider than the window. */
async function inspect(page: Page, scripts: boolean): Promise<void> {
  const overflow = await page
    .evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    .catch(() => 0);
  expect(overflow).toBeLessThanOrEqual(0);
  if (!scripts) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

describe('App Store in a browser', () => {
  it.each([
    ['desktop', true],
    ['phone', false],
  ] as const)(
    'leads a customer to his tenant ID (%s, scripts: %s)',
    async (size: keyof typeof sizes, javaScript) => {
      await start();
      const { context, page } = await newVisitor(browser, { size, javaScript });
      let step = 0;
      const look = async (what: string) => {
        step += 1;
        await screenshot(page, `app-store-${size}-${step}-${what}`);
        await inspect(page, javaScript);
      };
      try {
        await page.goto(visma.url);
        await look('sign-in');
        await page.getByLabel('E-mail address').fill('beheer@klant.example');
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();

        await page.getByRole('heading', { name: 'Change organization' }).waitFor();
        await look('organizations');
        await page.getByRole('button', { name: 'Voorbeeld Groep Company' }).click();

        await page.getByLabel('Invitation code').fill('WRONG');
        await page.getByRole('button', { name: 'Find app' }).click();
        expect(await page.getByRole('alert').textContent()).toContain('is not known');
        await look('wrong-code');
        await page.getByLabel('Invitation code').fill('BCDF-2345-GHJK');
        await page.getByRole('button', { name: 'Find app' }).click();

        await page.getByRole('heading', { name: 'Spend Cloud' }).waitFor();
        await look('app');
        await page.getByRole('button', { name: 'Integrate' }).click();

        const dialog = page.getByRole('dialog', { name: 'Application permissions' });
        await dialog.getByLabel('Delete data').uncheck();
        await look('permissions');
        await dialog.getByRole('button', { name: 'Accept' }).click();

        expect(await page.getByRole('status').textContent()).toContain(
          'Spend Cloud is integrated with Voorbeeld Groep',
        );
        await page.getByRole('banner').getByRole('button', { name: 'Integratiebeheer' }).click();
        expect(await page.getByLabel('Tenant ID').inputValue()).toBe(companyTenant);
        await look('tenant-id');
        expect(visma.control.integrations()).toMatchObject([
          {
            tenantId: companyTenant,
            scopes: expect.not.arrayContaining(['vismanet_erp_service_api:delete']),
          },
        ]);

        await page.getByRole('link', { name: 'Change organization' }).click();
        await page.getByRole('button', { name: /Vastgoed/ }).click();
        await page.getByLabel('Invitation code').fill('BCDF-2345-GHJK');
        await page.getByRole('button', { name: 'Find app' }).click();
        expect(await page.getByRole('alert').textContent()).toContain('has been used already');
        await look('used-code');
      } finally {
        await context.close();
        await visma.stop();
      }
    },
  );

  it('tells a user without the role whom to ask', async () => {
    await start();
    const { context, page } = await newVisitor(browser);
    try {
      await page.goto(visma.url);
      await page.getByRole('button', { name: 'Lezer' }).click();
      await page.getByText('You need the role Integration Administrator').waitFor();
      expect(await page.getByLabel('Invitation code').count()).toBe(0);
      await screenshot(page, 'app-store-desktop-no-role');
      await inspect(page, true);
    } finally {
      await context.close();
      await visma.stop();
    }
  });
});

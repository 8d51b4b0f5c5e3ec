import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSpendCloud } from '../../../infra/local/neighbours/spend-cloud/spend-cloud.tsx';
import { startTicketDesk } from '../../../infra/local/neighbours/tickets/ticket-desk.tsx';
import { startReceiver } from '../../integration/neighbours/receiver.ts';
import { launchBrowser, newVisitor, screenshot } from '../browser.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe.each(['desktop', 'phone'] as const)('pages of the other neighbours (%s)', (size) => {
  it('lets people write a ticket and see what was sent', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(503, 200, 500, 500);
    const webhook = { url: receiver.url, secret };
    const desk = await startTicketDesk({ port: 0, webhook, retryDelaysMs: [1] });
    const { context, page } = await newVisitor(browser, { size });
    const look = async (what: string) => {
      await screenshot(page, `desk-${size}-${what}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    };
    try {
      await page.goto(desk.url);
      await page.getByRole('link', { name: 'New ticket' }).click();
      await look('new');
      await page.getByLabel('E-mail address of the requester').fill('finance@klant.example');
      await page.getByLabel('Name of the requester').fill('Financiële administratie');
      await page.getByLabel('Subject').fill('Uitnodigingscode voor Visma.net');
      await page
        .getByLabel('Message')
        .fill('Goedemorgen,\n\ngraag een code voor onze koppeling met Visma.net.');
      await page.getByLabel('Visma.net companies').fill('Klant BV; Klant Beheer BV');
      await page.getByRole('button', { name: 'Create ticket' }).click();
      await page.getByLabel('Reply').fill('De uitnodiging is naar uw geregistreerde contact gestuurd.');
      await page.getByRole('button', { name: 'Send as the desk' }).click();
      await page.getByLabel('Reply').fill('Ons tenant ID: 8bdf18fd-21cc-11e9-b307-0aa512338dd6');
      await page.getByRole('button', { name: 'Send as the customer' }).click();
      await page.getByText('Ons tenant ID').waitFor();
      const standing = { turn: 'customer', activeCompanies: 1, companies: 2, closed: false };
      desk.desk.stand(desk.desk.tickets()[0]!.id, { ...standing, at: '2026-03-02T09:00:00.000Z' });
      await page.reload();
      await page.getByText('1 of 2 companies active, waiting for the customer').waitFor();
      await look('ticket');
      await page.getByRole('link', { name: 'All tickets' }).click();
      await look('list');
      expect(desk.desk.tickets()[0]?.messages).toHaveLength(3);
    } finally {
      await context.close();
      await desk.stop();
      await receiver.stop();
    }
  });

  it('shows what Spend Cloud was told', async () => {
    const spendCloud = await startSpendCloud({ port: 0, secret });
    const { context, page } = await newVisitor(browser, { size });
    try {
      const body = JSON.stringify({
        type: 'connection.activated',
        data: { connectionId: '01JZ0000000000000000000000', administrations: ['100', '200'] },
      });
      const at = new Date();
      await fetch(`${spendCloud.url}/webhooks/visma-onboarding`, {
        method: 'POST',
        body,
        headers: {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
        },
      });
      await page.goto(spendCloud.url);
      await page.getByRole('heading', { name: 'connection.activated' }).waitFor();
      await screenshot(page, `spend-cloud-${size}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
    } finally {
      await context.close();
      await spendCloud.stop();
    }
  });
});

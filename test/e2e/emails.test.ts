import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeMail } from '../../functions/send-mail/compose-mail.ts';
import { idOf } from '../../infra/local/emails/gallery.ts';
import { sampleAddressee, sampleFactsOf, sampleMails } from '../../infra/local/emails/samples.ts';
import { locales } from '../../shared/domain/environment/environment.ts';
import { launchBrowser, screenshot } from './browser.ts';

/** Colours don't depend on the width, nor lengths on the colours. */
const views = [
  { view: 'light-phone', width: 375, colorScheme: 'light', measured: true, axe: true },
  { view: 'light-desktop', width: 700, colorScheme: 'light', measured: true, axe: false },
  { view: 'dark-desktop', width: 700, colorScheme: 'dark', measured: false, axe: true },
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe('every e-mail', () => {
  it.each(views)('fits a $view inbox, axe finds nothing', async ({ view, width, colorScheme, ...checks }) => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await context.newPage();
    const looked = new Set<string>();
    for (const sample of sampleMails()) {
      for (const locale of locales) {
        const { mail, reason } = sample;
        // Reasons and languages change words only; all of them are in the gallery.
        const isFirst = !looked.has(mail.name);
        looked.add(mail.name);
        if (!isFirst && !checks.measured) continue;
        const facts = sampleFactsOf({ mail, reason }, locale);
        await page.setContent(composeMail(mail, locale, sampleAddressee(mail), facts).html);
        const id = idOf(sample, locale);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect([id, overflow]).toEqual([id, 0]);
        if (!isFirst) continue;
        await screenshot(page, `emails/${view}/${id}`);
        if (!checks.axe) continue;
        // A mail is no page: clients show it among landmarks of their own.
        const { violations } = await new AxeBuilder({ page })
          .disableRules(['region', 'landmark-one-main'])
          .analyze();
        expect([id, violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)]).toEqual([id, []]);
      }
    }
    await context.close();
  });
});

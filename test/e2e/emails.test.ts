import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeMail } from '../../functions/send-mail/compose-mail.ts';
import { idOf } from '../../infra/local/emails/gallery.ts';
import { sampleAddressee, sampleFactsOf, sampleMails } from '../../infra/local/emails/samples.ts';
import { locales } from '../../shared/domain/environment/environment.ts';
import { launchBrowser, screenshot } from './browser.ts';

const widths = { desktop: 700, phone: 375 } as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.each(['light', 'dark'] as const)('every e-mail in a %s inbox', (colorScheme) => {
  it.each(Object.entries(widths))('fits a %s and axe finds nothing', async (view, width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await context.newPage();
    const looked = new Set<string>();
    for (const sample of sampleMails()) {
      for (const locale of locales) {
        const { mail, reason } = sample;
        const facts = sampleFactsOf({ mail, reason }, locale);
        await page.setContent(composeMail(mail, locale, sampleAddressee(mail), facts).html);
        const id = idOf(sample, locale);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect([id, overflow]).toEqual([id, 0]);
        // Reasons and languages change words only; all of them are in the gallery.
        if (looked.has(mail.name)) continue;
        looked.add(mail.name);
        // A mail is no page: clients show it among landmarks of their own.
        const { violations } = await new AxeBuilder({ page })
          .disableRules(['region', 'landmark-one-main'])
          .analyze();
        expect([id, violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)]).toEqual([id, []]);
        await screenshot(page, `emails/${colorScheme}-${view}/${id}`);
      }
    }
    await context.close();
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectPage } from '../../functions/connect-page/connect-page.tsx';
import {
  accessTestFailures,
  type Connection,
  connectionStates,
} from '../../shared/domain/connection/connection.ts';
import { locales } from '../../shared/domain/environment/environment.ts';
import { signConnectLink, signForm } from '../../shared/platform/connect-links.ts';
import { connectionIdOf } from '../../shared/platform/ids.ts';
import { aConnectionWithTenant } from '../builders/connection.ts';
import { aCompany, anEnvironment } from '../builders/environment.ts';
import { later, someTime } from '../builders/history.ts';
import { createInMemoryStore } from '../doubles/in-memory-store.ts';
import { launchBrowser, newVisitor, screenshot, sizes } from './browser.ts';

const key = 'a key of links';
const origin = 'https://page.example';

/** One company for everything that the page can say of one. */
const states: readonly Pick<Connection, 'state' | 'lastFailure'>[] = [
  ...connectionStates.map((state) => ({ state })),
  ...accessTestFailures.map((lastFailure) => ({ state: 'app-integrated' as const, lastFailure })),
];
const names = ['nog niet gevraagd', ...states.map(({ state, lastFailure }) => lastFailure ?? state)];
const companies = names.map((name, index) =>
  aCompany({ corporateId: String(87_654_321 + index), name: `Voorbeeld ${name} B.V.` }),
);
const environment = anEnvironment({
  companies,
  administrations: [
    { administrationId: '1', name: 'Administratie met een lange naam die nergens bij hoort' },
  ],
});
const connections = states.map((state, index) => {
  const { companyId } = companies[index + 1]!;
  const connectionId = connectionIdOf(environment.environmentId, companyId);
  return aConnectionWithTenant({ connectionId, companyId, ...state });
});

const link = signConnectLink(
  { environmentId: environment.environmentId, generation: 1, expiresAt: later(3_600) },
  key,
);

/** Form and path of every kind of page: the open one, one with what was pasted wrongly, after help was asked, closed ones. */
const pages: Readonly<Record<string, { readonly path: string; readonly form?: Record<string, string> }>> = {
  open: { path: `/connect/${link}` },
  mistake: {
    path: `/connect/${link}/tenant-id`,
    form: { company: companies[2]?.companyId ?? '', tenantId: '8bdf18fd-21cc-11e9' },
  },
  'help-asked': { path: `/connect/${link}?done=help` },
  'not-possible': { path: `/connect/${link}?done=not-possible` },
  closed: { path: '/connect/old' },
  'link-asked': { path: '/connect/old/new-link', form: { email: 'finance@voorbeeld.example' } },
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Of all companies, or of the first few: what is above and below them is the same. */
function page(isOfAll: boolean) {
  const store = createInMemoryStore();
  const shown = isOfAll ? environment : { ...environment, companies: companies.slice(0, 3) };
  store.given({ connections, environments: [shown] });
  return createConnectPage({
    ...store,
    enqueue: async () => {},
    keys: { read: async () => [key], readAgain: async () => [key] },
    clock: () => new Date(someTime),
    settings: { appStoreUrl: 'https://appstore.visma.net', supportEmail: 'support@vendor.example' },
  });
}

describe.each(locales)('everything that the page says in %s', (locale) => {
  it.each(Object.entries(pages))('%s: axe finds nothing, and nothing is too wide', async (name, asked) => {
    const { path, form } = asked;
    const app = page(name === 'open');
    const { context, page: tab } = await newVisitor(browser);
    await tab.route(`${origin}/**`, async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const isAsset = pathname.startsWith('/connect/assets/');
      const answer = await app.request(`${origin}${pathname}${search}`, {
        headers: { cookie: `lang=${locale}`, 'sec-fetch-site': 'same-origin' },
        ...(form === undefined || isAsset
          ? {}
          : {
              method: 'POST',
              body: new URLSearchParams({
                token: signForm(path.split('/')[2] ?? '', key),
                submission: '2f1d9f4e-3c56-4c1b-9a53-6d6f0b7a3c11',
                ...form,
              }),
            }),
      });
      await route.fulfill({
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? '',
        body: await answer.text(),
      });
    });
    try {
      await tab.goto(`${origin}${path}`);
      expect(await tab.locator('html').getAttribute('lang')).toBe(locale);
      for (const [size, viewport] of Object.entries(sizes)) {
        await tab.setViewportSize(viewport);
        const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${name} is wider than a ${size}`).toBeLessThanOrEqual(0);
        const { violations } = await new AxeBuilder({ page: tab }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        await screenshot(tab, `states/${locale}-${name}-${size}`);
      }
    } finally {
      await context.close();
    }
  });
});

import type { Hono } from 'hono';
import * as z from 'zod';
import { BadInput, readJson } from '../server.ts';
import { controlGuide } from './control-guide.ts';
import { customerSeedSchema, type Tenant } from './directory.ts';
import { codeSeedSchema } from './invitation-codes.ts';
import { globalSwitchesChangeSchema, tenantSwitchesChangeSchema } from './switches.ts';
import { type TokenIssuer, tokenIdOf } from './token-issuer.ts';
import type { TenantWebhooks } from './webhooks.ts';
import type { World } from './world.ts';

/** The Developer Portal's stand-in, and the switches for everything that can go wrong. */
export function controlRoutes(app: Hono, world: World, webhooks: TenantWebhooks, issuer: TokenIssuer): void {
  function tenantOf(tenantId: string): Tenant {
    const tenant = world.directory.tenant(tenantId);
    if (tenant === undefined)
      throw new BadInput(`No tenant ${tenantId}; GET /control/customers lists them`, 404);
    return tenant;
  }

  function integrated() {
    return world.integrations().map(({ tenantId, scopes, integratedAt }) => {
      const { name, kind } = tenantOf(tenantId);
      return { tenantId, name, kind, scopes, integratedAt: new Date(integratedAt).toISOString() };
    });
  }

  app.get('/control', (c) => c.text(controlGuide));

  app.get('/control/codes', (c) => c.json(world.codes.list()));
  app.post('/control/codes', async (c) => {
    const seed = await readJson(c.req.raw, z.union([codeSeedSchema, z.array(codeSeedSchema).max(10_000)]));
    return c.json(Array.isArray(seed) ? seed.map(world.codes.add) : world.codes.add(seed), 201);
  });

  app.get('/control/customers', (c) =>
    c.json({ tenants: world.directory.tenants(), users: world.directory.users() }),
  );
  app.post('/control/customers', async (c) => {
    const seed = await readJson(c.req.raw, customerSeedSchema);
    return c.json({ tenants: world.directory.addCustomer(seed) }, 201);
  });

  app.get('/control/tenants', (c) => c.json(integrated()));
  app.get('/control/tenants/:tenantId', (c) => {
    const tenant = tenantOf(c.req.param('tenantId'));
    return c.json({ ...tenant, switches: world.tenantSwitches(tenant.tenantId) });
  });
  app.post('/control/tenants/:tenantId', async (c) => {
    const { tenantId } = tenantOf(c.req.param('tenantId'));
    return c.json(world.setTenantSwitches(tenantId, await readJson(c.req.raw, tenantSwitchesChangeSchema)));
  });

  const integrationSchema = z.strictObject({
    tenantId: z.string(),
    code: z.string().optional(),
    scopes: z.array(z.string()).optional(),
  });
  app.post('/control/integrations', async (c) => {
    const {
      tenantId,
      code,
      scopes = world.application.scopes,
    } = await readJson(c.req.raw, integrationSchema);
    const tenant = tenantOf(tenantId);
    if (code === undefined) {
      world.forceIntegration(tenant, scopes);
    } else {
      const check = world.integrate(tenant, code, scopes);
      if (check !== 'open') throw new BadInput(`The code is ${check}`, 409);
    }
    return c.json({ tenantId: tenant.tenantId, scopes }, 201);
  });
  app.delete('/control/integrations/:tenantId', (c) => {
    const { tenantId } = tenantOf(c.req.param('tenantId'));
    if (!world.removeIntegration(tenantId)) throw new BadInput(`Tenant ${tenantId} is not integrated`, 404);
    return c.body(null, 204);
  });

  app.get('/control/switches', (c) => c.json(world.switches()));
  app.post('/control/switches', async (c) =>
    c.json(world.setSwitches(await readJson(c.req.raw, globalSwitchesChangeSchema))),
  );

  const secretsSchema = z.strictObject({ secrets: z.array(z.string().min(1)).min(1) });
  const acceptedSecrets = () => ({ accepted: world.secrets.accepted() });
  app.get('/control/secrets', (c) => c.json(acceptedSecrets()));
  app.post('/control/secrets', async (c) => {
    world.secrets.accept((await readJson(c.req.raw, secretsSchema)).secrets);
    return c.json(acceptedSecrets());
  });

  const refusalSchema = z.union([
    z.strictObject({ token: z.string().min(1) }),
    z.strictObject({ tokenId: z.hash('sha256').toLowerCase() }),
  ]);
  app.post('/control/refused-tokens', async (c) => {
    const refusal = await readJson(c.req.raw, refusalSchema);
    const tokenId = 'token' in refusal ? tokenIdOf(refusal.token) : refusal.tokenId;
    issuer.refuse(tokenId);
    return c.json({ tokenId });
  });

  app.get('/control/documents', (c) => {
    const tenantId = c.req.query('tenantId');
    return c.json(world.invoices.documents(tenantId && tenantOf(tenantId).tenantId));
  });

  const subscriptionSchema = z.strictObject({ url: z.url(), secret: z.string().min(1) });
  app.post('/control/webhook', async (c) => {
    webhooks.subscription = await readJson(c.req.raw, subscriptionSchema);
    return c.json({ url: webhooks.subscription.url });
  });
  app.get('/control/deliveries', (c) => c.json(webhooks.courier.deliveries()));
  app.post('/control/deliveries/:id/resend', async (c) => {
    const resent = webhooks.courier.resend(c.req.param('id'));
    if (resent === undefined) throw new BadInput('No such delivery; GET /control/deliveries lists them', 404);
    await resent;
    return c.json(webhooks.courier.deliveries().find(({ id }) => id === c.req.param('id')));
  });

  app.get('/control/counters', (c) => c.json(world.counters()));
  app.delete('/control/counters', (c) => {
    world.resetCounters();
    return c.body(null, 204);
  });
}

import {
  type RunningVisma,
  startVisma,
  type VismaOptions,
} from '../../../infra/local/neighbours/visma/visma.ts';

export const customerTenant = '11111111-1111-4111-8111-111111111111';
export const companyTenant = '8bdf18fd-21cc-11e9-b307-0aa512338dd6';
export const secondTenant = '9bdf18fd-21cc-11e9-b307-0aa512338dd6';
export const scopes = ['read', 'create', 'update', 'delete'].map(
  (verb) => `vismanet_erp_service_api:${verb}`,
);

/** A Visma with one customer of two companies, on a free port and with a clock that stands still until it is moved. */
export async function vismaFixture(options: Partial<VismaOptions> = {}) {
  const time = { now: Date.parse('2026-03-02T09:00:00Z') };
  const visma = await startVisma({
    port: 0,
    clientId: 'isv_spend_cloud_test',
    clientSecret: 'first secret:with/odd+characters',
    clock: () => time.now,
    webhookRetryDelaysMs: [1, 1, 1, 1],
    customers: [
      {
        name: 'Voorbeeld Groep',
        tenantId: customerTenant,
        companies: [
          {
            name: 'Voorbeeld Groep',
            tenantId: companyTenant,
            corporateId: '90000001',
            vatRegistrationId: 'NL000000001B01',
          },
          { name: 'Voorbeeld Twee', tenantId: secondTenant, corporateId: '90000002' },
        ],
        users: [
          {
            email: 'beheer@klant.example',
            name: 'Beheer',
            roles: [{ tenantId: '*', role: 'Integration Administrator' }],
          },
          { email: 'lezer@klant.example', name: 'Lezer', roles: [{ tenantId: companyTenant, role: 'User' }] },
        ],
      },
    ],
    ...options,
  });
  return { visma, time };
}

interface TokenAsk {
  readonly tenant?: string | undefined;
  readonly scope?: string;
  readonly secret?: string;
  readonly auth?: 'basic' | 'post';
  readonly form?: Record<string, string | undefined>;
}

/** Asks for a token as a service application does. */
export async function askToken(visma: RunningVisma, ask: TokenAsk = {}) {
  const { tenant = companyTenant, scope = scopes.join(' '), auth = 'post', form = {} } = ask;
  const { secret = 'first secret:with/odd+characters' } = ask;
  const fields: Record<string, string | undefined> = {
    grant_type: 'client_credentials',
    scope,
    tenant_id: tenant,
    ...(auth === 'post' ? { client_id: 'isv_spend_cloud_test', client_secret: secret } : {}),
    ...form,
  };
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) body.set(name, value);
  const pair = `${encodeURIComponent('isv_spend_cloud_test')}:${encodeURIComponent(secret)}`;
  const response = await fetch(`${visma.url}/connect/token`, {
    method: 'POST',
    headers: auth === 'basic' ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {},
    body,
  });
  const text = await response.text();
  const json = text.startsWith('{') ? JSON.parse(text) : {};
  return {
    status: response.status,
    headers: response.headers,
    error: json.error as string | undefined,
    token: json.access_token as string,
    body: json as Record<string, unknown>,
  };
}

/** Reads the organisation with a token. */
export async function readOrganization(visma: RunningVisma, token: string, signal?: AbortSignal) {
  const response = await fetch(`${visma.url}/v1/organization?unknown=1`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

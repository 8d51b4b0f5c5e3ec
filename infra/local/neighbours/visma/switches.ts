import * as z from 'zod';

/** The token endpoint: `down` is 503, 500 comes with a page instead of JSON, 429 with Retry-After. */
const connectSchema = z.union([z.enum(['up', 'down', 'timeout']), z.literal(429), z.literal(500)]);
/** Long enough for any timeout of a client. */
const slowMsSchema = z.int().min(0).max(300_000);
const lifetimeSchema = z.int().min(1);

/** What can be made to go wrong for one tenant. Every field has a default: all is well. */
export const tenantSwitchesSchema = z.strictObject({
  /** false: the ERP API answers fault 12027 "No license for this company."; null: as the company was added. */
  licence: z.boolean().nullable(),
  /** How many organisations the read returns; further ones get other numbers. */
  organisations: z.int().min(0).max(50),
  /** Chamber of commerce number that the read returns instead of the company's own. */
  corporateId: z.string().nullable(),
  /** After Integrate the token endpoint answers invalid_tenant for so long; null: the global figure. */
  propagationSeconds: z.number().min(0).nullable(),
  /** The ERP API answers this instead of data. */
  http: z
    .union([
      z.literal(401),
      z.literal(403),
      z.literal(429),
      z.literal(500),
      z.literal(503),
      z.literal('timeout'),
    ])
    .nullable(),
  /** A written document is kept, but its writer gets a gateway's 504: to write again makes it twice. */
  loseWriteAnswers: z.boolean(),
  /** Scopes that count as granted, instead of those the customer left switched on. */
  grantedScopes: z.array(z.string()).nullable(),
  /** The token carries this tenant_id instead of the requested one: no client may accept it. */
  tokenTenantId: z.uuid().nullable(),
  /** The token endpoint for this tenant; null, here and in the next three: as for everybody. */
  connect: connectSchema.nullable(),
  slowMs: slowMsSchema.nullable(),
  tokenLifetimeSeconds: lifetimeSchema.nullable(),
  repeatToken: z.boolean().nullable(),
});
export type TenantSwitches = z.output<typeof tenantSwitchesSchema>;
export const tenantSwitchesChangeSchema = tenantSwitchesSchema.partial();

export const healthyTenant: TenantSwitches = {
  licence: null,
  organisations: 1,
  corporateId: null,
  propagationSeconds: null,
  http: null,
  loseWriteAnswers: false,
  grantedScopes: null,
  tokenTenantId: null,
  connect: null,
  slowMs: null,
  tokenLifetimeSeconds: null,
  repeatToken: null,
};

/** What can be made to go wrong for everybody, and the settings of the simulation. */
export const globalSwitchesSchema = z.strictObject({
  connect: connectSchema,
  /** The ERP API: `down` is 503 with an HTML page, as a gateway answers. */
  erp: z.enum(['up', 'down', 'timeout']),
  /** Every answer of Connect and the ERP API waits for so long. */
  slowMs: slowMsSchema,
  /** The token endpoint refuses even the right secret. */
  invalidClient: z.boolean(),
  /** Fixed window per client and tenant. The real number is not published (visma.md 3.6). */
  rateLimit: z.strictObject({ limit: z.int().min(0), windowSeconds: z.int().min(1) }),
  /** Retry-After of a 429 that a switch caused. */
  retryAfterSeconds: z.int().min(1),
  /** How long a simulated timeout holds the connection before it is a 504. */
  timeoutSeconds: z.number().min(0),
  /** UNCONFIRMED which of the two the real one does (visma.md 1.5). */
  scopeShortfall: z.enum(['fewer', 'refuse']),
  /** Status of fault 12027: UNCONFIRMED, 400 is that of the documented fault 12002. */
  noLicenceStatus: z.union([z.literal(400), z.literal(401), z.literal(403), z.literal(500)]),
  tokenLifetimeSeconds: lifetimeSchema,
  /**
   * While a token for the same tenant and scopes lives it is answered again, with what is left of its `expires_in`.
   * Some providers do so; UNCONFIRMED for Visma Connect.
   */
  repeatToken: z.boolean(),
  /** The portal's "Include JSON Web Token ID". Without it two tokens of the same second are equal. */
  includeTokenId: z.boolean(),
  propagationSeconds: z.number().min(0),
  /** `tenant_application_added`: don't send, send twice, send later. */
  webhook: z.strictObject({ suppress: z.boolean(), duplicate: z.boolean(), delayMs: z.int().min(0) }),
});
export type GlobalSwitches = z.output<typeof globalSwitchesSchema>;
export const globalSwitchesChangeSchema = globalSwitchesSchema
  .partial()
  .extend({ webhook: globalSwitchesSchema.shape.webhook.partial().optional() });
export type GlobalSwitchesChange = z.output<typeof globalSwitchesChangeSchema>;

export const healthy: GlobalSwitches = {
  connect: 'up',
  erp: 'up',
  slowMs: 0,
  invalidClient: false,
  rateLimit: { limit: 15_000, windowSeconds: 3_600 },
  retryAfterSeconds: 30,
  timeoutSeconds: 120,
  scopeShortfall: 'fewer',
  noLicenceStatus: 400,
  tokenLifetimeSeconds: 3_600,
  repeatToken: false,
  includeTokenId: true,
  propagationSeconds: 0,
  webhook: { suppress: false, duplicate: false, delayMs: 0 },
};

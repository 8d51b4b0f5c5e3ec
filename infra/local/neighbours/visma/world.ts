import { BadInput, parse } from '../server.ts';
import { type ClientSecrets, createClientSecrets, type SecretUse } from './client-secrets.ts';
import { type Counters, createCounters } from './counters.ts';
import { createDirectory, type Directory, type Tenant } from './directory.ts';
import { type CodeCheck, createInvitationCodes, type InvitationCodes } from './invitation-codes.ts';
import { createSupplierInvoiceBook, type SupplierInvoiceBook } from './supplier-invoice-book.ts';
import {
  type GlobalSwitches,
  type GlobalSwitchesChange,
  globalSwitchesSchema,
  healthy,
  healthyTenant,
  type TenantSwitches,
  tenantSwitchesSchema,
} from './switches.ts';

/** The vendor's application as registered in the portal. */
interface Application {
  readonly name: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** That a tenant has the application. */
interface Integration {
  readonly tenantId: string;
  /** What the customer left switched on. */
  readonly scopes: readonly string[];
  readonly integratedAt: number;
}

/** How the token endpoint treats one tenant: its own switches before those for everybody. */
type ConnectBehaviour = Pick<GlobalSwitches, 'connect' | 'slowMs' | 'tokenLifetimeSeconds' | 'repeatToken'>;

/** Everything the simulated Visma knows; Connect, the ERP API, the App Store and the control API are views of it. */
export interface World {
  readonly application: Application;
  readonly directory: Directory;
  readonly codes: InvitationCodes;
  readonly secrets: ClientSecrets;
  /** What clients wrote to the ERP API. */
  readonly invoices: SupplierInvoiceBook;
  clock(): number;
  switches(): GlobalSwitches;
  setSwitches(change: GlobalSwitchesChange): GlobalSwitches;
  tenantSwitches(tenantId: string): TenantSwitches;
  connectBehaviour(tenantId: string | undefined): ConnectBehaviour;
  /** Throws `BadInput` (404) for an unknown tenant. */
  setTenantSwitches(tenantId: string, change: object): TenantSwitches;
  /** Accepts the application for a tenant with an open code. Anything but `open` changed nothing. */
  integrate(tenant: Tenant, code: string, scopes: readonly string[]): CodeCheck;
  /** Changes what an integrated tenant grants. */
  grant(tenantId: string, scopes: readonly string[]): void;
  /** Without a code, as a test's short cut. */
  forceIntegration(tenant: Tenant, scopes: readonly string[]): void;
  removeIntegration(tenantId: string): boolean;
  integration(tenantId: string): Integration | undefined;
  integrations(): readonly Integration[];
  /** The scopes a token may carry now; undefined while the tenant isn't integrated or that hasn't spread yet. */
  grantedScopes(tenantId: string): readonly string[] | undefined;
  readonly count: Counters['count'];
  readonly countForTenant: Counters['countForTenant'];
  counters(): ReturnType<Counters['report']> & { readonly bySecret: Record<string, SecretUse> };
  resetCounters(): void;
}

export interface WorldOptions {
  readonly application: Application;
  readonly clientSecret: string;
  clock(): number;
  /** Called after a customer accepted, as the platform then notifies subscribers. */
  onAdded(tenantId: string): void;
}

export function createWorld(options: WorldOptions): World {
  const { application, clock } = options;
  const directory = createDirectory();
  const codes = createInvitationCodes(clock);
  const integrations = new Map<string, Integration>();
  const perTenant = new Map<string, TenantSwitches>();
  const counters = createCounters(clock);
  const secrets = createClientSecrets(options.clientSecret);
  let switches = healthy;

  function tenantSwitches(tenantId: string): TenantSwitches {
    return perTenant.get(tenantId) ?? healthyTenant;
  }

  function forceIntegration(tenant: Tenant, scopes: readonly string[]): void {
    integrations.set(tenant.tenantId, { tenantId: tenant.tenantId, scopes, integratedAt: clock() });
    options.onAdded(tenant.tenantId);
  }

  return {
    application,
    directory,
    codes,
    secrets,
    invoices: createSupplierInvoiceBook(clock),
    clock,
    switches: () => switches,
    setSwitches(change) {
      switches = parse(globalSwitchesSchema, {
        ...switches,
        ...change,
        webhook: { ...switches.webhook, ...change.webhook },
      });
      return switches;
    },
    tenantSwitches,
    connectBehaviour(tenantId) {
      const own = tenantId === undefined ? healthyTenant : tenantSwitches(tenantId);
      return {
        connect: own.connect ?? switches.connect,
        slowMs: own.slowMs ?? switches.slowMs,
        tokenLifetimeSeconds: own.tokenLifetimeSeconds ?? switches.tokenLifetimeSeconds,
        repeatToken: own.repeatToken ?? switches.repeatToken,
      };
    },
    setTenantSwitches(tenantId, change) {
      const tenant = directory.tenant(tenantId);
      if (tenant === undefined)
        throw new BadInput(`No tenant ${tenantId}; GET /control/customers lists them`, 404);
      const next = parse(tenantSwitchesSchema, { ...tenantSwitches(tenant.tenantId), ...change });
      perTenant.set(tenant.tenantId, next);
      return next;
    },
    integrate(tenant, code, scopes) {
      const check = codes.accept(code, tenant.tenantId);
      if (check === 'open') forceIntegration(tenant, scopes);
      return check;
    },
    grant(tenantId, scopes) {
      const integration = integrations.get(tenantId);
      if (integration !== undefined) integrations.set(tenantId, { ...integration, scopes });
    },
    forceIntegration,
    removeIntegration: (tenantId) => integrations.delete(tenantId),
    integration: (tenantId) => integrations.get(tenantId),
    integrations: () => [...integrations.values()],
    grantedScopes(tenantId) {
      const integration = integrations.get(tenantId);
      if (integration === undefined) return undefined;
      const own = tenantSwitches(tenantId);
      const spreadMs = 1_000 * (own.propagationSeconds ?? switches.propagationSeconds);
      if (clock() < integration.integratedAt + spreadMs) return undefined;
      return own.grantedScopes ?? integration.scopes;
    },
    count: counters.count,
    countForTenant: counters.countForTenant,
    counters: () => ({ ...counters.report(), bySecret: secrets.uses() }),
    resetCounters() {
      counters.reset();
      secrets.resetUses();
    },
  };
}

import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { BadInput } from '../server.ts';

/** Role names as Visma's guides write them (visma.md 4.2). `User` only gives membership of the company. */
const roleSchema = z.enum(['Integration Administrator', 'Customer administrator', 'User']);
type Role = z.output<typeof roleSchema>;

const tenantIdSchema = z.uuid().toLowerCase();

const companySeedSchema = z.strictObject({
  tenantId: tenantIdSchema.optional(),
  name: z.string().min(1),
  corporateId: z.string(),
  vatRegistrationId: z.string().default(''),
  /** Whether it holds a licence for Visma.net Financials. */
  licence: z.boolean().default(true),
});

/** One customer: the contract level, its companies, and who may sign in. */
export const customerSeedSchema = z.strictObject({
  tenantId: tenantIdSchema.optional(),
  name: z.string().min(1),
  companies: z.array(companySeedSchema).default([]),
  users: z
    .array(
      z.strictObject({
        email: z.email().toLowerCase(),
        name: z.string().min(1),
        /** `tenantId` `*`: the customer and all its companies. */
        roles: z.array(
          z.strictObject({ tenantId: z.union([z.literal('*'), tenantIdSchema]), role: roleSchema }),
        ),
      }),
    )
    .default([]),
});
export type CustomerSeed = z.input<typeof customerSeedSchema>;

/** An organisation one can be signed in to. The two kinds often carry the same name (visma.md 4.3). */
export interface Tenant {
  readonly tenantId: string;
  /** `customer` is the contract level: Connect knows it, the ERP API answers it 401. */
  readonly kind: 'customer' | 'company';
  readonly name: string;
  readonly customerTenantId: string;
  /** Empty for the customer level. */
  readonly corporateId: string;
  readonly vatRegistrationId: string;
  readonly licence: boolean;
}

export interface User {
  readonly email: string;
  readonly name: string;
  readonly customerTenantId: string;
  readonly roles: readonly { readonly tenantId: string; readonly role: Role }[];
}

export interface Directory {
  /** Returns the customer's tenants, the customer level first. Throws `BadInput` (409) on a known tenant or e-mail. */
  addCustomer(seed: CustomerSeed): readonly Tenant[];
  tenant(tenantId: string): Tenant | undefined;
  tenants(): readonly Tenant[];
  user(email: string): User | undefined;
  users(): readonly User[];
  /** The tenants a user may sign in to. */
  tenantsOf(user: User): readonly Tenant[];
  hasRole(user: User, tenantId: string, role: Role): boolean;
}

/** Customers, companies and users, in memory. */
export function createDirectory(): Directory {
  const tenants = new Map<string, Tenant>();
  const users = new Map<string, User>();

  function isMember(user: User, tenant: Tenant): boolean {
    if (tenant.customerTenantId !== user.customerTenantId) return false;
    return user.roles.some(({ tenantId }) => tenantId === '*' || tenantId === tenant.tenantId);
  }

  return {
    addCustomer(seed) {
      const parsed = customerSeedSchema.safeParse(seed);
      if (!parsed.success) throw new BadInput(z.prettifyError(parsed.error));
      const { name, companies, users: people, tenantId: customerTenantId = newTenantId() } = parsed.data;
      const added: Tenant[] = [
        {
          tenantId: customerTenantId,
          kind: 'customer',
          name,
          customerTenantId,
          corporateId: '',
          vatRegistrationId: '',
          licence: true,
        },
        ...companies.map(
          (company): Tenant => ({
            ...company,
            tenantId: company.tenantId ?? newTenantId(),
            kind: 'company',
            customerTenantId,
          }),
        ),
      ];
      // Everything is checked before anything is kept, so that a refused seed leaves no half of itself.
      const ids = added.map(({ tenantId }) => tenantId);
      const twice = ids.find((id, index) => tenants.has(id) || ids.indexOf(id) !== index);
      if (twice !== undefined) throw new BadInput(`Tenant ${twice} exists already`, 409);
      const emails = people.map(({ email }) => email);
      const known = emails.find((email, index) => users.has(email) || emails.indexOf(email) !== index);
      if (known !== undefined) throw new BadInput(`User ${known} exists already`, 409);
      for (const tenant of added) tenants.set(tenant.tenantId, tenant);
      for (const person of people) users.set(person.email, { ...person, customerTenantId });
      return added;
    },
    tenant: (tenantId) => tenants.get(tenantId.toLowerCase()),
    tenants: () => [...tenants.values()],
    user: (email) => users.get(email.trim().toLowerCase()),
    users: () => [...users.values()],
    tenantsOf: (user) => [...tenants.values()].filter((tenant) => isMember(user, tenant)),
    hasRole: (user, tenantId, role) =>
      user.roles.some((held) => held.role === role && (held.tenantId === '*' || held.tenantId === tenantId)),
  };
}

/** Company tenants seen in the wild are version 1 UUIDs (visma.md 0): nobody may insist on version 4. */
function newTenantId(): string {
  const [a, b, , d, e] = randomUUID().split('-');
  return `${a}-${b}-11e9-${d}-${e}`;
}

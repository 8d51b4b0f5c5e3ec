import type { OperatorCommand } from '../../shared/contracts/commands/operator-commands.ts';
import type { CustomerSeed } from './neighbours/visma/directory.ts';

/** An environment as an operator registers it, beside the same customer as Visma knows it. */
export interface CustomerStory {
  readonly register: Extract<OperatorCommand, { command: 'RegisterEnvironment' }>;
  readonly visma: CustomerSeed & { readonly tenantId: string };
}

const contactPerson = { email: 'consultant@vendor.example', name: 'Contact person' };

/** A Dutch customer with one company. */
export const oneCompany: CustomerStory = {
  register: {
    command: 'RegisterEnvironment',
    environmentId: 'bakkerij-voorbeeld',
    name: 'Bakkerij Voorbeeld',
    locale: 'nl',
    contacts: [{ email: 'administratie@bakkerij.example', name: '' }],
    contactPerson,
    exportFormats: ['Visma.net Financials'],
    companies: [{ name: 'Bakkerij Voorbeeld B.V.', corporateId: '12345678' }],
    administrations: [{ administrationId: '1', name: 'Bakkerij' }],
  },
  visma: {
    tenantId: '0b1f61a4-21cc-11e9-b307-0aa512338dd6',
    name: 'Bakkerij Voorbeeld B.V.',
    companies: [
      {
        name: 'Bakkerij Voorbeeld B.V.',
        corporateId: '12345678',
        tenantId: '0b1f6b22-21cc-11e9-b307-0aa512338dd6',
      },
    ],
    users: [
      {
        email: 'administratie@bakkerij.example',
        name: 'Administratie',
        roles: [{ tenantId: '*', role: 'Integration Administrator' }],
      },
    ],
  },
};

/** A customer with two companies, whose customer level carries one's name: the classic mistake (visma.md 4.3). */
export const twoCompanies: CustomerStory = {
  register: {
    command: 'RegisterEnvironment',
    environmentId: 'voorbeeld-groep',
    name: 'Voorbeeld Groep',
    locale: 'nl',
    contacts: [{ email: 'finance@groep.example', name: '' }],
    contactPerson,
    exportFormats: ['CSV', 'Visma.net Financials'],
    companies: [
      { name: 'Voorbeeld Handel B.V.', corporateId: '23456789' },
      { name: 'Voorbeeld Transport B.V.', corporateId: '34567890' },
    ],
    administrations: [
      { administrationId: '10', name: 'Handel' },
      { administrationId: '20', name: 'Transport' },
      { administrationId: '21', name: 'Transport Zuid' },
    ],
  },
  visma: {
    tenantId: '5d0c4f10-21cc-11e9-b307-0aa512338dd6',
    name: 'Voorbeeld Transport B.V.',
    companies: [
      {
        name: 'Voorbeeld Handel B.V.',
        corporateId: '23456789',
        tenantId: '5d0c5a64-21cc-11e9-b307-0aa512338dd6',
      },
      {
        name: 'Voorbeeld Transport B.V.',
        corporateId: '34567890',
        tenantId: '1f81eb52-5198-4599-803e-771906343485',
      },
    ],
    users: [
      {
        email: 'finance@groep.example',
        name: 'Finance',
        roles: [{ tenantId: '*', role: 'Integration Administrator' }],
      },
    ],
  },
};

/** An English-speaking customer. */
export const englishCustomer: CustomerStory = {
  register: {
    command: 'RegisterEnvironment',
    environmentId: 'example-logistics',
    name: 'Example Logistics',
    locale: 'en',
    contacts: [{ email: 'accounts@logistics.example', name: '' }],
    contactPerson,
    exportFormats: ['Visma.net Financials'],
    companies: [{ name: 'Example Logistics AS', corporateId: '998 877 665' }],
    administrations: [{ administrationId: '100', name: 'Logistics' }],
  },
  visma: {
    tenantId: '7e2b0c1e-21cc-11e9-b307-0aa512338dd6',
    name: 'Example Logistics AS',
    companies: [
      {
        name: 'Example Logistics AS',
        corporateId: '998877665',
        tenantId: '7e2b1894-21cc-11e9-b307-0aa512338dd6',
      },
    ],
    users: [
      {
        email: 'accounts@logistics.example',
        name: 'Accounts',
        roles: [{ tenantId: '*', role: 'Integration Administrator' }],
      },
    ],
  },
};

/** Codes as an operator reads them off the Developer Portal, each with its real expiry. */
export function newCodes(
  count: number,
  validForMs = 5 * 24 * 60 * 60 * 1000,
): { code: string; expiresAt: string }[] {
  const expiresAt = new Date(Date.now() + validForMs).toISOString();
  return Array.from({ length: count }, () => ({
    code: `LOCAL-${crypto.randomUUID().slice(0, 13).toUpperCase()}`,
    expiresAt,
  }));
}

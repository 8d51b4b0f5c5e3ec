import { randomUUID } from 'node:crypto';
import { countOf, mailsTo, subjects, untilMail } from './invariants.ts';
import type { Stage } from './stage.ts';

/** Where a customer's journey must have led him, once each. */
export interface Arrival {
  readonly connectionId: string;
  readonly state: 'activated' | 'cancelled' | 'expired';
  readonly activations: number;
}

/** A customer from registration to the end of his story; each ends with the last mail that it causes. */
export type Journey = (stage: Stage) => Promise<Arrival>;

const withinMs = 120_000;

async function asks(stage: Stage) {
  const customer = stage.newCustomer();
  const connectionId = await stage.register(customer);
  await stage.addCodes(1);
  await stage.asksForCode(customer);
  await untilMail(stage, customer.email, subjects.code, withinMs);
  return { customer, connectionId };
}

type Asked = Awaited<ReturnType<typeof asks>>;

async function arrives(stage: Stage, { customer, connectionId }: Asked): Promise<Arrival> {
  await stage.untilState(connectionId, 'activated', withinMs);
  await untilMail(stage, customer.email, subjects.activated, withinMs);
  return { connectionId, state: 'activated', activations: 1 };
}

/** The customer sends his tenant ID on the ticket. */
export const byTicket: Journey = async (stage) => {
  const asked = await asks(stage);
  const { tenantId } = asked.customer;
  stage.integrate(tenantId, { told: false });
  await stage.sendsTenantId(asked.customer, tenantId);
  return arrives(stage, asked);
};

/** Visma's webhook tells of the tenant; the customer sends nothing. */
export const byVisma: Journey = async (stage) => {
  const asked = await asks(stage);
  stage.integrate(asked.customer.tenantId, { told: true });
  return arrives(stage, asked);
};

/** The step cannot be taken at all until an operator steps in: Visma answers with a token for somebody else. */
export const throughAttention: Journey = async (stage) => {
  const asked = await asks(stage);
  const { customer, connectionId } = asked;
  const { control } = stage.local.visma;
  stage.integrate(customer.tenantId, { told: false });
  control.setTenantSwitches(customer.tenantId, { tokenTenantId: randomUUID() });
  await stage.sendsTenantId(customer, customer.tenantId);
  await stage.until(connectionId, 'step-failed', (one) => one.attention?.reason === 'step-failed', withinMs);
  control.setTenantSwitches(customer.tenantId, { tokenTenantId: null });
  await stage.command({ command: 'RetryAccessTest', connectionId });
  return arrives(stage, asked);
};

/** Operators do everything, approve another company's tenant together, and end it all. */
export const byOperators: Journey = async (stage) => {
  const [customer, holding] = [stage.newCustomer(), stage.newCustomer()];
  const { environmentId, email } = customer;
  const connectionId = await stage.register(customer);
  stage.knownToVisma(holding);
  const { tenantId } = holding;
  stage.integrate(tenantId, { told: false });
  await stage.addCodes(1);
  await stage.command({ command: 'RequestCode', environmentId });
  await untilMail(stage, email, subjects.code, withinMs);
  const mapping = [{ administrationId: '1', connectionId }];
  await stage.command({ command: 'MapAdministrations', environmentId, mapping });
  await stage.command({ command: 'SubmitTenantId', connectionId, tenantId });
  await stage.untilState(connectionId, 'needs-attention', withinMs);
  const { operator, secondOperator } = stage.local.endpoints;
  for (const keys of [operator, secondOperator]) {
    await stage.command({ command: 'DecideConnection', connectionId, decision: 'approve', tenantId }, keys);
  }
  await arrives(stage, { customer, connectionId });
  await stage.command({ command: 'CancelConnection', connectionId });
  return { connectionId, state: 'cancelled', activations: 1 };
};

/** The local stage hands out no code with less than 30 seconds left (infra/config.ts). */
const shortLifeMs = 36_000;

/**
 * A customer who lets his code expire. Answers when he has it, so that whoever starts afterwards gets another code, with
 * the rest of the journey.
 */
export async function withShortCode(stage: Stage): Promise<{ expires: () => Promise<Arrival> }> {
  const customer = stage.newCustomer();
  const connectionId = await stage.register(customer);
  await stage.addCodes(1, shortLifeMs);
  await stage.asksForCode(customer);
  await stage.until(connectionId, 'with a code', (one) => countOf(one, 'InvitationCodeIssued') === 1);
  return {
    expires: async () => {
      await stage.untilState(connectionId, 'expired', withinMs);
      await untilMail(stage, customer.email, 'verlopen', withinMs);
      if (mailsTo(stage, customer.email, subjects.code).length === 0) throw new Error('No code was mailed.');
      return { connectionId, state: 'expired', activations: 0 };
    },
  };
}

import { randomUUID } from 'node:crypto';
import { exportFromSpendCloud } from '../../../infra/local/spend-cloud-export.ts';
import { eventually } from '../cloud/poll.ts';
import { countOf, mailsTo, operators, subjects, untilMail } from './invariants.ts';
import { pause, type Shown, type Stage } from './stage.ts';

/** Where a customer's journey must have led him, once each. */
export interface Arrival {
  readonly connectionId: string;
  readonly state: 'activated' | 'cancelled' | 'expired';
  readonly activations: number;
}

/** A customer from registration to the end of his story; each ends with the last mail that it causes. */
export type Journey = (stage: Stage) => Promise<Arrival>;

const withinMs = 180_000;

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

/** Spend Cloud exports an invoice, again and again until it is in the books; there it must be once. */
async function exports(stage: Stage, { environmentId, tenantId }: Asked['customer']): Promise<void> {
  const invoice = {
    administrationId: '1',
    supplierNumber: '50001',
    supplierReference: environmentId,
    date: '2026-03-02',
    lines: [{ accountNumber: '4000', description: 'Meel', amount: 12.5 }],
  };
  await eventually(
    async () => {
      const run = exportFromSpendCloud(stage.local, { environmentId, documents: [invoice] });
      const outcome = await run.then(
        ([result]) => result?.outcome,
        () => undefined,
      );
      if (outcome === 'posted' || outcome === 'already-there') return true;
      await pause(500);
      return undefined;
    },
    `the export of ${environmentId}`,
    withinMs,
  );
  const found = stage.local.visma.control.documents(tenantId).length;
  if (found !== 1) throw new Error(`The invoice of ${environmentId} is ${found} times in the books.`);
}

/** The customer sends his tenant ID on the ticket, and Spend Cloud exports what waited for it. */
export const byTicket: Journey = async (stage) => {
  const asked = await asks(stage);
  const { tenantId } = asked.customer;
  stage.integrate(tenantId, { told: false });
  await stage.sendsTenantId(asked.customer, tenantId);
  const arrival = await arrives(stage, asked);
  await exports(stage, asked.customer);
  return arrival;
};

/** As by ticket, in Zoho Desk: what a killed receiver did not store is not sent again, and is found all the same. */
export const byZohoDesk: Journey = async (stage) => {
  const { desk } = stage.local.zohoDesk;
  const customer = stage.newCustomer();
  const connectionId = await stage.register(customer);
  await stage.addCodes(1);
  const { email, tenantId } = customer;
  const html = '<p>Graag een uitnodigingscode voor Visma.net.</p>';
  const { id } = desk.create({ email, subject: 'Koppeling', html });
  await whileReconciling(stage, () => untilMail(stage, email, subjects.code, withinMs));
  stage.integrate(tenantId, { told: false });
  desk.mailFrom(id, `<p>De tenant ID is ${tenantId}</p>`);
  return whileReconciling(stage, () => arrives(stage, { customer, connectionId }));
};

const betweenLooksMs = 4_000;
let nextLook = 0;

/**
 * Looks for lost deliveries every few seconds, as the schedule does every quarter of an hour: once for all who travel,
 * since each look queues a hint for every ticket that changed lately.
 */
async function whileReconciling<Result>(stage: Stage, wait: () => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      if (Date.now() >= nextLook) {
        nextLook = Date.now() + betweenLooksMs;
        await stage.reconcileTickets();
      }
      await pause(500);
    }
  })();
  try {
    return await wait();
  } finally {
    over.abort();
    await looking;
  }
}

/** Visma's webhook tells of the tenant; the customer sends nothing. */
export const byVisma: Journey = async (stage) => {
  const asked = await asks(stage);
  stage.integrate(asked.customer.tenantId, { told: true });
  return arrives(stage, asked);
};

/** Everything on the connect page, by forms without a script: the link, the code, the tenant ID and a call for help. */
export const byPage: Journey = async (stage) => {
  const customer = stage.newCustomer();
  const { email, environmentId, tenantId } = customer;
  const connectionId = await stage.register(customer);
  await stage.addCodes(1);
  // A link that opens nothing offers to mail one that does.
  await pressButton(stage, `/connect/${environmentId}`, 'new-link', { email });
  const mail = await untilMail(stage, email, 'koppelpagina', withinMs);
  const [, page = ''] = /^https?:\/\/[^/\s]+(\/connect\/\S+)$/m.exec(mail) ?? [];
  await pressButton(stage, page, 'new-code');
  await untilMail(stage, email, subjects.code, withinMs);
  stage.integrate(tenantId, { told: false });
  await pressButton(stage, page, 'integrated');
  await pressButton(stage, page, 'help', { topic: 'test-keeps-failing' });
  await pressButton(stage, page, 'tenant-id', { tenantId });
  await untilMail(stage, operators, `Klant vraagt hulp: ${customer.name}`, withinMs);
  return arrives(stage, { customer, connectionId });
};

/** Opens a page and sends the form behind one of its buttons; what an error answers is done again, as users do. */
async function pressButton(
  stage: Stage,
  path: string,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<void> {
  const send = (to: string, init: RequestInit) =>
    eventually(
      async () => {
        const answer = await fetch(new URL(to, stage.local.endpoints.api), { ...init, redirect: 'manual' });
        if (answer.status < 500) return answer;
        await answer.body?.cancel();
        await pause(300);
        return undefined;
      },
      `an answer of the page about ${action}`,
      withinMs,
    );
  const html = await (await send(path, {})).text();
  const [, form = ''] =
    new RegExp(`<form method="post" action="${path}/${action}">(.*?)</form>`, 's').exec(html) ?? [];
  const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const body = new URLSearchParams([
    ...hidden.map(([, name = '', value = '']) => [name, value]),
    ...Object.entries(fields),
  ]);
  const { status } = await send(`${path}/${action}`, { method: 'POST', body });
  const isTaken = action === 'new-link' ? status === 200 : status === 303;
  if (!isTaken) throw new Error(`The page answered ${status} to ${action}.`);
}

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
  await stage.command({ command: 'RotateClientSecret' });
  await stage.command({ command: 'CancelConnection', connectionId });
  return { connectionId, state: 'cancelled', activations: 1 };
};

/** Active, then broken for three days and disconnected; mended, it comes back by itself; an operator looks. */
export const throughDisconnection: Journey = async (stage) => {
  const asked = await asks(stage);
  const { customer, connectionId } = asked;
  const { control } = stage.local.visma;
  stage.integrate(customer.tenantId, { told: false });
  await stage.sendsTenantId(customer, customer.tenantId);
  await arrives(stage, asked);
  // Well ahead, so that a minute that ends meanwhile is no period of its own.
  const begin = stage.period() + 20;
  control.setTenantSwitches(customer.tenantId, { licence: false });
  for (const day of [1, 2, 3]) {
    await checked(stage, connectionId, begin + day, (shown) => countOf(shown, 'HealthCheckFailed') === day);
  }
  await untilMail(stage, customer.email, 'werkt niet meer', withinMs);
  control.setTenantSwitches(customer.tenantId, { licence: null });
  await checked(stage, connectionId, begin + 4, ({ state }) => state === 'activated');
  await untilMail(stage, customer.email, 'werkt weer', withinMs);
  await stage.command({ command: 'CheckHealth', connectionId });
  await stage.until(connectionId, 'looked at', (shown) => countOf(shown, 'HealthChecked') === 1, withinMs);
  return { connectionId, state: 'activated', activations: 2 };
};

/** A check whose every try was killed is given up until the next day: then it is queued once more. */
async function checked(
  stage: Stage,
  connectionId: string,
  period: number,
  done: (shown: Shown) => boolean,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await stage.queueHealth({ kind: 'check', connectionId, period });
    try {
      await stage.until(connectionId, `checked in period ${period}`, done, 45_000);
      return;
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

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

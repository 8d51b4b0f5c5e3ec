import * as z from 'zod';
import { sendCommand } from '../operator/client.ts';
import { integrateInAppStore } from './customer.ts';
import { freePortBase } from './free-ports.ts';
import { startLocalStage } from './local-stage.ts';
import { newCodes, twoCompanies } from './seeds.ts';

/**
 * The whole story of one customer with two companies, through the interfaces that people and systems use. Exits 0 only
 * when both connections are activated and Spend Cloud and the customer were told of each.
 */
const started = performance.now();
let steps = 0;
function tell(text: string): void {
  steps += 1;
  console.log(
    `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${String(steps).padStart(2)}. ${text}`,
  );
}

const mailSchema = z.array(z.object({ to: z.array(z.string()), subject: z.string(), text: z.string() }));
const listSchema = z.object({
  connections: z.array(z.object({ connectionId: z.string(), companyName: z.string(), state: z.string() })),
});
const ticketSchema = z.object({ id: z.string() });

console.log('Demonstration: a customer with two Visma.net companies, from the ticket to activated.\n');
const stage = await startLocalStage({ portBase: await freePortBase() });
try {
  await play();
  console.log('\nBoth connections are activated; Spend Cloud and the customer were told.');
} catch (error) {
  console.error(`\nThe demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await stage.stop();
}

async function play(): Promise<void> {
  const { endpoints } = stage;
  const { register, visma } = twoCompanies;
  const [first, second] = register.companies;
  const [firstTenant, secondTenant] = visma.companies ?? [];
  const contact = register.contacts[0]?.email;
  if (!first || !second || !firstTenant?.tenantId || !secondTenant?.tenantId || !contact)
    throw new Error('The seeds are incomplete.');
  tell('Stage local runs: the synthesised templates, IAM enforced, among simulated neighbours');

  stage.visma.control.directory.addCustomer(visma);
  await sendCommand(endpoints, register);
  tell(
    `Operator registers ${register.name} with ${register.companies.length} companies and ${register.administrations.length} administrations`,
  );
  const codes = newCodes(3);
  for (const code of codes) stage.visma.control.codes.add(code);
  await sendCommand(endpoints, { command: 'AddInvitationCodes', codes });
  tell('Operator takes three invitation codes from the Developer Portal and adds them to the stock');

  const ticket = await post(
    `${endpoints.tickets}/api/tickets`,
    {
      requester: { email: contact, name: '' },
      subject: 'Koppeling Visma.net',
      text: 'Graag ontvangen wij de uitnodigingscodes voor onze twee bedrijven.',
    },
    ticketSchema,
  );
  tell(`Customer writes ticket ${ticket.id}, in Dutch: a code for each of two companies, please`);

  const firstCode = await codeFor(first.name);
  const secondCode = await codeFor(second.name);
  tell(`Customer has two mails, one code each; the ticket holds none`);

  await integrateInAppStore({
    visma: endpoints.visma,
    email: contact,
    tenantId: firstTenant.tenantId,
    code: firstCode,
  });
  tell(`Customer integrates ${first.name} in the App Store and sends nothing: Visma's webhook tells us`);
  await stateOf(first.name, 'access-tested');
  tell(`${first.name}: the tenant was found by its organisation, access tested; the mapping is missing`);

  stage.visma.control.setSwitches({ webhook: { suppress: true } });
  await integrateInAppStore({
    visma: endpoints.visma,
    email: contact,
    tenantId: visma.tenantId,
    code: secondCode,
  });
  tell(
    `Customer wants to integrate ${second.name} but chooses the customer level of the same name; no webhook comes`,
  );
  await reply(ticket.id, `Hallo, gelukt! De tenant ID is ${visma.tenantId}`);
  tell(
    'Customer replies in Dutch with that tenant ID: Visma gives a token for it, and then refuses the read',
  );
  await mail((one) => one.subject.includes('verkeerde organisatie') && one.subject.includes(second.name));
  tell('Customer is mailed what is wrong, where the right ID is, and that a new code can be asked for');
  await reply(ticket.id, 'Ai. Mogen we een nieuwe code?');
  const thirdCode = await codeFor(second.name, [secondCode]);
  tell('Customer asks for a new code on the ticket and has it by mail');
  await integrateInAppStore({
    visma: endpoints.visma,
    email: contact,
    tenantId: secondTenant.tenantId,
    code: thirdCode,
  });
  tell(`Customer integrates ${second.name} itself`);

  const { connections } = await listing();
  const idOf = (name: string) =>
    connections.find((connection) => connection.companyName === name)?.connectionId ?? '';
  await sendCommand(endpoints, {
    command: 'MapAdministrations',
    environmentId: register.environmentId,
    mapping: [
      { administrationId: '10', connectionId: idOf(first.name) },
      { administrationId: '20', connectionId: idOf(second.name) },
      { administrationId: '21', connectionId: idOf(second.name) },
    ],
  });
  tell('Operator maps the three administrations to the two connections');
  await stateOf(first.name, 'activated');
  tell(`${first.name} is activated`);

  await reply(
    ticket.id,
    `Excuus, dit is de goede: ${secondTenant.tenantId}\n\nOp ma 23 nov 2026 schreef support:\n> U stuurde ${visma.tenantId}`,
  );
  tell('Customer replies with the right tenant ID above the quoted wrong one');
  await stateOf(second.name, 'activated');
  tell(`${second.name} is activated`);

  const told = z.array(
    z.object({ body: z.object({ type: z.string(), data: z.object({ companyName: z.string() }) }) }),
  );
  for (const { name } of register.companies) {
    await until(`Spend Cloud to be told of ${name}`, async () => {
      const received = told.parse(await (await get(`${endpoints.spendCloud}/store`)).json());
      return received.some(
        ({ body }) => body.type === 'connection.activated' && body.data.companyName === name,
      );
    });
    await mail((one) => one.subject.includes('werkt') && one.subject.includes(name));
    tell(`Spend Cloud was told of ${name}, and then the customer by mail`);
  }
}

/** The newest code that was mailed for a company, other than those known. */
async function codeFor(company: string, known: readonly string[] = []): Promise<string> {
  const codeIn = (text: string) => /LOCAL-[0-9A-F-]+/.exec(text)?.[0];
  const isNew = (text: string) => {
    const code = codeIn(text);
    return code !== undefined && !known.includes(code);
  };
  const text = await mail(
    ({ subject, text }) => subject.includes('uitnodigingscode') && subject.includes(company) && isNew(text),
  );
  return codeIn(text) ?? '';
}

/** Waits for a mail and answers its text. */
async function mail(matches: (mail: { subject: string; text: string }) => boolean): Promise<string> {
  let text = '';
  await until('a mail', async () => {
    const mails = mailSchema.parse(await (await get(`${stage.endpoints.mail}/store`)).json());
    text = mails.find(matches)?.text ?? '';
    return text !== '';
  });
  return text;
}

async function listing(): Promise<z.infer<typeof listSchema>> {
  return listSchema.parse(
    await sendCommand(stage.endpoints, {
      command: 'ListConnections',
      environmentId: twoCompanies.register.environmentId,
      limit: 50,
    }),
  );
}

async function stateOf(company: string, state: string): Promise<void> {
  await until(`${company} to be ${state}`, async () => {
    const { connections } = await listing();
    return connections.some((connection) => connection.companyName === company && connection.state === state);
  });
}

async function reply(ticketId: string, text: string): Promise<void> {
  await post(
    `${stage.endpoints.tickets}/api/tickets/${ticketId}/replies`,
    { text, direction: 'inbound' },
    z.unknown(),
  );
}

async function post<Schema extends z.ZodType>(
  url: string,
  body: unknown,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return schema.parse(await response.json());
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response;
}

async function until(what: string, check: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

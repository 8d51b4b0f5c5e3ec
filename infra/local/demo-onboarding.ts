import { sendCommand } from '../operator/client.ts';
import { integrateInAppStore } from './customer.ts';
import type { LocalStage } from './local-stage.ts';
import { createOnlooker } from './onlooker.ts';
import { newCodes, twoCompanies } from './seeds.ts';

/** A customer asks for two codes, makes the classic mistake, and ends with two activated connections. */
export async function demonstrateOnboarding(stage: LocalStage, tell: (text: string) => void): Promise<void> {
  const { endpoints } = stage;
  const { register, visma } = twoCompanies;
  const [first, second] = register.companies;
  const [firstTenant, secondTenant] = visma.companies ?? [];
  const contact = register.contacts[0]?.email;
  if (!first || !second || !firstTenant?.tenantId || !secondTenant?.tenantId || !contact)
    throw new Error('The seeds are incomplete.');
  const { mail, connections, codeFor, stateOf, spendCloudKnows, writeTicket, reply } = createOnlooker(
    endpoints,
    register.environmentId,
  );

  stage.visma.control.directory.addCustomer(visma);
  await sendCommand(endpoints, register);
  tell(
    `Operator registers ${register.name} with ${register.companies.length} companies and ${register.administrations.length} administrations`,
  );
  const codes = newCodes(3);
  for (const code of codes) stage.visma.control.codes.add(code);
  await sendCommand(endpoints, { command: 'AddInvitationCodes', codes });
  tell('Operator takes three invitation codes from the Developer Portal and adds them to the stock');

  const ticketId = await writeTicket(
    contact,
    'Koppeling Visma.net',
    'Graag ontvangen wij de uitnodigingscodes voor onze twee bedrijven.',
  );
  tell(`Customer writes ticket ${ticketId}, in Dutch: a code for each of two companies, please`);

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
  await reply(ticketId, `Hallo, gelukt! De tenant ID is ${visma.tenantId}`);
  tell(
    'Customer replies in Dutch with that tenant ID: Visma gives a token for it, and then refuses the read',
  );
  await mail((one) => one.subject.includes('verkeerde organisatie') && one.subject.includes(second.name));
  tell('Customer is mailed what is wrong, where the right ID is, and that a new code can be asked for');
  await reply(ticketId, 'Ai. Mogen we een nieuwe code?');
  const thirdCode = await codeFor(second.name, [secondCode]);
  tell('Customer asks for a new code on the ticket and has it by mail');
  await integrateInAppStore({
    visma: endpoints.visma,
    email: contact,
    tenantId: secondTenant.tenantId,
    code: thirdCode,
  });
  tell(`Customer integrates ${second.name} itself`);

  const known = await connections();
  const idOf = (name: string) =>
    known.find((connection) => connection.companyName === name)?.connectionId ?? '';
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
    ticketId,
    `Excuus, dit is de goede: ${secondTenant.tenantId}\n\nOp ma 23 nov 2026 schreef support:\n> U stuurde ${visma.tenantId}`,
  );
  tell('Customer replies with the right tenant ID above the quoted wrong one');
  await stateOf(second.name, 'activated');
  tell(`${second.name} is activated`);

  for (const { name } of register.companies) {
    await spendCloudKnows(name);
    await mail((one) => one.subject.includes('werkt') && one.subject.includes(name));
    tell(`Spend Cloud was told of ${name}, and then the customer by mail`);
  }
}

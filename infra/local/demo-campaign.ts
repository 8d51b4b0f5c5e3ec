import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { sendCommand } from '../operator/client.ts';
import { runCommandLine } from '../operator/run-command-line.ts';
import { integrateInAppStore } from './customer.ts';
import type { LocalStage } from './local-stage.ts';
import { createOnlooker, until } from './onlooker.ts';
import { englishCustomer, newCodes, oneCompany, twoCompanies } from './seeds.ts';

type Registered = typeof oneCompany.register;

/** Seconds from the import's start until each rung, and until the deadline. */
const rungSeconds = [10, 21, 31] as const;
const deadlineSeconds = 33;

const mailSchema = z.array(
  z.object({
    to: z.array(z.string()),
    subject: z.string(),
    tags: z.object({ eventId: z.string(), environmentId: z.string().optional() }),
    attachments: z.array(z.object({ fileName: z.string(), content: z.string() })),
  }),
);
const dueSchema = z.object({
  type: z.literal('reminder.due'),
  data: z.object({ environmentId: z.string(), rung: z.string(), step: z.string() }),
});

/**
 * A campaign whose ladder is one of seconds: six customers are imported, of whom one is done already, one moves on until
 * it is, one is paused, and three do nothing. The picture of the digest goes to `picture`.
 */
export async function demonstrateCampaign(
  stage: LocalStage,
  tell: (text: string) => void,
  picture = '.local/burn-down.svg',
): Promise<void> {
  const { endpoints, spendCloud } = stage;
  const mover = oneCompany.register;
  const paused = englishCustomer.register;
  const quiet = ['noord', 'oost', 'zuid'].map((place, index) => quietCustomer(place, 40_000_001 + index));
  const { codeFor, stateOf } = createOnlooker(endpoints, mover.environmentId);

  const start = Date.now();
  await importCustomers(stage, [twoCompanies.register, mover, paused, ...quiet], start);
  tell(`Operator imports six customers; reminders come ${rungSeconds.join(', ')} s after its start`);
  expectBefore(start, rungSeconds[0]);
  const codes = newCodes(1);
  for (const code of codes) stage.visma.control.codes.add(code);
  stage.visma.control.directory.addCustomer(oneCompany.visma);
  stage.visma.control.setSwitches({ webhook: { suppress: false } });
  await sendCommand(endpoints, { command: 'AddInvitationCodes', codes });
  await sendCommand(endpoints, { command: 'RequestCode', environmentId: mover.environmentId });
  const company = mover.companies[0]?.name ?? '';
  const code = await codeFor(company);

  const idsOf = (customers: readonly Registered[]) => customers.map(({ environmentId }) => environmentId);
  /** Whom all reminders so far went to. */
  const byMail: string[] = [];
  const rung = async (index: 0 | 1 | 2, expected: readonly string[]) => {
    expectBefore(start, rungSeconds[index + 1] ?? Number.POSITIVE_INFINITY);
    await wait(Math.max(0, start + rungSeconds[index] * 1_000 + 200 - Date.now()));
    await sendCommand(endpoints, { command: 'RunReminders' });
    byMail.push(...expected);
    const told = await remindersOf(stage, `PT${deadlineSeconds - rungSeconds[index]}S`, expected, byMail);
    tell(`Reminder ${index + 1}: ${told.join(', ')}; in Spend Cloud too`);
  };

  await rung(0, idsOf([mover, paused, ...quiet]));
  await sendCommand(endpoints, { command: 'SendDigest' });
  await integrateInAppStore({
    visma: endpoints.visma,
    email: mover.contacts[0]?.email ?? '',
    tenantId: oneCompany.visma.companies?.[0]?.tenantId ?? '',
    code,
  });
  await sendCommand(endpoints, { command: 'PauseEnvironment', environmentId: paused.environmentId });
  await stateOf(company, 'activated');
  await until('Spend Cloud to take both reminders away', async () =>
    same(
      spendCloud.reminders().map(({ environmentId }) => environmentId),
      idsOf(quiet),
    ),
  );
  tell(
    `${mover.environmentId} is activated and ${paused.environmentId} paused: Spend Cloud shows them nothing more`,
  );
  await rung(1, idsOf(quiet));
  await rung(2, idsOf(quiet));
  await until('word to the contact persons', async () =>
    same(
      await unansweredOf(stage),
      quiet.map(({ name }) => name),
    ),
  );
  tell('The contact person is asked to call the three who answered none of three reminders');

  const reminded = await remindedByMail(stage);
  if (!same(reminded, byMail)) throw new Error(`Mails went to ${reminded.join(', ')}.`);
  tell(`${reminded.length} reminders by mail in all: none twice, none to who was done or paused`);

  await sendCommand(endpoints, { command: 'SendDigest' });
  await until('the last digest', async () => (await digestsOf(stage)).length === 2);
  const last = (await digestsOf(stage)).at(-1);
  const drawn = last?.attachments[0];
  if (last === undefined || drawn === undefined) throw new Error('The digest has no picture.');
  await mkdir(dirname(picture), { recursive: true });
  await writeFile(picture, Buffer.from(drawn.content, 'base64'));
  tell(`The product owner has the digest "${last.subject}"; its picture is ${picture}`);
}

/** By the operators' own command, as a file of the vendor's. */
async function importCustomers(
  stage: LocalStage,
  customers: readonly Registered[],
  start: number,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-'));
  try {
    const file = join(folder, 'customers.csv');
    await writeFile(file, `${[header, ...customers.map(rowOf)].join('\r\n')}\r\n`);
    const deadline = new Date(start + deadlineSeconds * 1_000).toISOString();
    const ladder = rungSeconds.map((seconds) => `PT${deadlineSeconds - seconds}S`).join();
    const complaints: string[] = [];
    const exitCode = await runCommandLine(
      ['import-campaign', file, '--deadline', deadline, '--ladder', ladder],
      {
        readText: () => JSON.stringify(stage.endpoints),
        writeText: () => undefined,
        readHidden: () => Promise.reject(new Error('Nobody is asked here.')),
        print: () => undefined,
        complain: (text) => complaints.push(text),
        environment: {},
        awsCredentials: async () => stage.endpoints.operator,
      },
    );
    if (exitCode !== 0) throw new Error(`The import ended with ${exitCode}: ${complaints.join(' ')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const header = 'environment_id;name;locale;contacts;contact_person;export_formats;administrations;companies';

function rowOf(customer: Registered): string {
  const { contacts, contactPerson, administrations, companies } = customer;
  const person = ({ email, name }: Registered['contactPerson']) =>
    name === '' ? email : `${name} <${email}>`;
  return [
    customer.environmentId,
    customer.name,
    customer.locale,
    contacts.map(person).join('|'),
    person(contactPerson),
    customer.exportFormats.join('|'),
    administrations.map(({ administrationId, name }) => `${administrationId}=${name}`).join('|'),
    companies.map(({ name, corporateId }) => `${name}=${corporateId}`).join('|'),
  ].join(';');
}

/** A customer who never does anything. */
function quietCustomer(place: string, corporateId: number): Registered {
  const name = `Winkel ${place}`;
  return {
    ...oneCompany.register,
    environmentId: `winkel-${place}`,
    name,
    contacts: [{ email: `administratie@winkel-${place}.example`, name: '' }],
    companies: [{ name: `${name} B.V.`, corporateId: String(corporateId) }],
    administrations: [{ administrationId: '1', name }],
  };
}

/** Waits until each has had a rung, in Spend Cloud and by mail, and says to whom with which step. */
async function remindersOf(
  stage: LocalStage,
  rung: string,
  expected: readonly string[],
  byMail: readonly string[],
): Promise<readonly string[]> {
  const told = () =>
    stage.spendCloud.received().flatMap(({ body }) => {
      const parsed = dueSchema.safeParse(body);
      return parsed.success && parsed.data.data.rung === rung ? [parsed.data.data] : [];
    });
  await until(`reminder ${rung} of ${expected.join(', ')}`, async () => {
    const ids = told().map(({ environmentId }) => environmentId);
    return same(ids, expected) && same(await remindedByMail(stage), byMail);
  });
  return told().map(({ environmentId, step }) => `${environmentId} (${step})`);
}

async function mails(stage: LocalStage) {
  const answer = await fetch(`${stage.endpoints.mail}/store`, { signal: AbortSignal.timeout(10_000) });
  return mailSchema.parse(await answer.json());
}

/** Environments, one for each mail: those of memberships to contacts are reminders. */
async function remindedByMail(stage: LocalStage): Promise<readonly string[]> {
  return (await mails(stage)).flatMap(({ tags }) =>
    tags.eventId.startsWith('membership_') && tags.environmentId !== undefined ? [tags.environmentId] : [],
  );
}

/** Names of environments that the contact person was told of. */
async function unansweredOf(stage: LocalStage): Promise<readonly string[]> {
  return (await mails(stage)).flatMap(({ tags, subject }) =>
    tags.eventId.startsWith('membership_') && tags.environmentId === undefined
      ? [/^Wilt u (.+) bellen\?/.exec(subject)?.[1] ?? subject]
      : [],
  );
}

async function digestsOf(stage: LocalStage) {
  return (await mails(stage)).filter(({ tags }) => tags.eventId.startsWith('campaign_'));
}

/** Else a rung would have come due before those who are to have it, or have passed. */
function expectBefore(start: number, seconds: number): void {
  if (Date.now() > start + seconds * 1_000)
    throw new Error('This machine is too slow for a ladder of seconds.');
}

function same(found: readonly string[], wanted: readonly string[]): boolean {
  return found.toSorted().join() === wanted.toSorted().join();
}

import { parseArgs } from 'node:util';
import { sendCommand } from '../operator/client.ts';
import { startLocalStage, writeEndpoints } from './local-stage.ts';
import { readableLine } from './log-line.ts';
import { englishCustomer, newCodes, oneCompany, twoCompanies } from './seeds.ts';

const usage = `npm start -- [--port-base N] [--quiet | --verbose]

Runs stage "local" of the app in this process, among simulated neighbours, until Ctrl-C.
  --port-base N  first of the seven ports on 127.0.0.1 (default 4600)
  --quiet        do not print the functions' log lines
  --verbose      print also that each invocation started and completed
`;

function commandLine() {
  try {
    return parseArgs({
      options: {
        'port-base': { type: 'string', default: '4600' },
        quiet: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): never {
  console.error(`${why}\n\n${usage}`);
  process.exit(2);
}

const values = commandLine();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const portBase = Number(values['port-base']);
if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_000) {
  refuse('--port-base must be a whole number from 1024 to 65000.');
}

const started = performance.now();
console.log('Starting stage local …');
const stage = await startLocalStage({
  portBase,
  log: (channel, line) => {
    const readable = values.quiet ? undefined : readableLine(channel, line, values.verbose);
    if (readable !== undefined) console.log(readable);
  },
}).catch((error: unknown) => {
  // A port in use is the usual reason: what to do is in the message, and a stack would hide it.
  const told = error instanceof Error ? (values.verbose ? error.stack : error.message) : String(error);
  console.error(`\nStage local did not start. ${told}`);
  process.exit(1);
});

let stopping = false;
let removeEndpoints = async () => {};
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log('\nStopping …');
  await removeEndpoints();
  await stage.stop();
  process.exit(0);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

const { endpoints } = stage;
const codes = newCodes(10);
for (const code of codes) stage.visma.control.codes.add(code);
await sendCommand(endpoints, { command: 'AddInvitationCodes', codes });
for (const customer of [oneCompany, twoCompanies, englishCustomer]) {
  stage.visma.control.directory.addCustomer(customer.visma);
  await sendCommand(endpoints, customer.register);
}

// Last: whoever waits for the file finds the seeds too.
removeEndpoints = await writeEndpoints(endpoints);

console.log(`
Ready after ${((performance.now() - started) / 1000).toFixed(1)} s. Ctrl-C ends everything.

  Ticket desk      ${endpoints.tickets}        write as a customer, e.g. from ${oneCompany.register.contacts[0]?.email}
  Zoho Desk        ${endpoints.zohoDesk}        likewise, as Zoho's customers do
  Mailbox          ${endpoints.mail}        every mail that was sent
  Visma App Store  ${endpoints.visma}/app-store   sign in, enter the code, Integrate
  Spend Cloud      ${endpoints.spendCloud}        what Spend Cloud was told
  API              ${endpoints.api}
  AWS endpoint     ${endpoints.aws}

  Try it: open the ticket desk, write "Graag een uitnodigingscode" as ${oneCompany.register.contacts[0]?.email},
  and follow the mail. See where it stands with: npm run operator -- list
  Addresses and keys for tools: .local/endpoints.json
`);

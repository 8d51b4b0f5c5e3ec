import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import { resolve, type Scope } from '../../infra/local/cloud/intrinsics.ts';
import { readAssembly } from '../../infra/local/cloud/template.ts';
import { synthesise } from '../../infra/local/synthesise.ts';
import { percentile, printRows } from './report.ts';

/**
 * What a cold start of each function reads and how long its import takes, beside the bare SDK client: the least that any
 * function has to load that talks to DynamoDB. Every import is the only one of a fresh process. One of the bare client
 * goes with each of a function, in alternating order, and the ratio is the median of the pairs' ratios: what slows the
 * machine down slows both. Times are this machine's.
 */
const run = promisify(execFile);
const limits = { kb: 450, importRatio: 1.3 };
const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '7' }, 'broker-pairs': { type: 'string', default: '41' } },
});
const pairCount = z.coerce.number().int().min(1).max(1_000);
const pairs = pairCount.parse(values.pairs);
const brokerPairs = pairCount.parse(values['broker-pairs']);

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Measured {
  readonly name: string;
  readonly kb: number;
  readonly importMs: number;
  /** Times the bare client's import in the same pairs. */
  readonly importRatio: number;
  /** The middle half of the pairs' ratios. */
  readonly spread: readonly [number, number];
}

/** What only a deployment knows (names, addresses, ARNs) is an address here: every check of a variable accepts that. */
const undeployed: Scope = {
  ref: (id) => `https://deployed.example/${id}`,
  getAtt: (id, attribute) => `https://deployed.example/${id}/${attribute}`,
  importValue: () => 'https://deployed.example/imported',
  condition: () => true,
};

const scratch = await mkdtemp(path.join(tmpdir(), 'cold-start-'));
try {
  const bare = await bundleBareClient(path.join(scratch, 'index.mjs'));
  const functions = await readFunctions();
  const bareMs: number[] = [];
  const measured: Measured[] = [];
  for (const bundle of functions) {
    const count = bundle.name === 'token-broker' ? brokerPairs : pairs;
    measured.push(await compare(bundle, bare, count, bareMs));
  }
  await report(bare, bareMs, measured);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** A client and one command, with the options of the functions' bundles. */
async function bundleBareClient(outfile: string): Promise<Bundle> {
  const contents = `
    import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({});
    export const handler = (event) => client.send(new GetItemCommand(event));`;
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  return { name: 'bare DynamoDB client', file: outfile, environment: {} };
}

/** As they would be deployed, and with the variables that the template gives them. */
async function readFunctions(): Promise<readonly Bundle[]> {
  const { stacks, assets } = readAssembly(await synthesise(), 'local');
  const functionSchema = z.object({
    Description: z.string(),
    Code: z.object({ S3Key: z.string() }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()).default({}) }).prefault({}),
  });
  return stacks
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => {
      const { Description: name, Code, Environment } = functionSchema.parse(Properties);
      const folder = assets.get(Code.S3Key);
      if (folder === undefined) throw new Error(`The assembly has no code for ${name}.`);
      return { name, file: path.join(folder, 'index.mjs'), environment: plain(Environment.Variables) };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function plain(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(resolve(value, undeployed, name))]),
  );
}

async function compare(bundle: Bundle, bare: Bundle, count: number, bareMs: number[]): Promise<Measured> {
  // Both files into the operating system's cache: the first reader of a bundle waits for the disk.
  await importMs(bundle);
  await importMs(bare);
  const own: number[] = [];
  const ratios: number[] = [];
  for (let pair = 0; pair < count; pair += 1) {
    const bareFirst = pair % 2 === 0;
    const first = await importMs(bareFirst ? bare : bundle);
    const second = await importMs(bareFirst ? bundle : bare);
    const [bareTime, time] = bareFirst ? [first, second] : [second, first];
    bareMs.push(bareTime);
    own.push(time);
    ratios.push(time / bareTime);
  }
  return {
    name: bundle.name,
    kb: await kilobytes(bundle),
    importMs: round(percentile(own, 50)),
    importRatio: hundredths(percentile(ratios, 50)),
    spread: [hundredths(percentile(ratios, 25)), hundredths(percentile(ratios, 75))],
  };
}

/** Imports the bundle in a process of its own, which does nothing else, and answers how long that took. */
async function importMs({ name, file, environment }: Bundle): Promise<number> {
  const script = `
    const before = performance.now();
    await import(process.argv[1]);
    process.stdout.write(String(performance.now() - before));
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script, file], {
    timeout: 30_000,
    env: {
      ...environment,
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'cold-start',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  }).catch((error: unknown) => {
    // Node quotes the line that threw, which in a bundle is most of it.
    const said = /^\w*Error: .*$/m.exec(
      String(error instanceof Error && 'stderr' in error ? error.stderr : error),
    );
    throw new Error(`${name} cannot be imported. ${said?.[0] ?? ''}`);
  });
  return z.coerce.number().positive().parse(stdout);
}

/** Of 1,024 bytes. */
async function kilobytes({ file }: Bundle): Promise<number> {
  return round((await stat(file)).size / 1024);
}

async function report(bare: Bundle, bareMs: readonly number[], measured: readonly Measured[]): Promise<void> {
  const bareFigures = { kb: await kilobytes(bare), importMs: round(percentile(bareMs, 50)) };
  printRows(
    ['function', 'KB', '× bare', 'import, median ms', '× bare', 'middle half'],
    [
      [bare.name, bareFigures.kb, 1, bareFigures.importMs, 1, ''],
      ...measured.map(({ name, kb, importMs, importRatio, spread }) => [
        name,
        kb,
        hundredths(kb / bareFigures.kb),
        importMs,
        importRatio,
        `${spread[0]} to ${spread[1]}`,
      ]),
    ],
  );
  const broker = measured.find(({ name }) => name === 'token-broker');
  if (broker === undefined) throw new Error('There is no function token-broker.');
  const missed = [
    broker.kb > limits.kb ? `its bundle has ${broker.kb} KB, more than ${limits.kb}` : '',
    broker.importRatio > limits.importRatio
      ? `its import takes ${broker.importRatio} times the bare client's (${brokerPairs} pairs), more than ${limits.importRatio}`
      : '',
  ].filter((one) => one !== '');
  console.log(
    missed.length > 0
      ? `token-broker misses its limits: ${missed.join('; ')}.`
      : `token-broker keeps its limits: ${limits.kb} KB, and ${limits.importRatio} times the bare import in ${brokerPairs} pairs.`,
  );
  console.log(JSON.stringify({ bare: bareFigures, broker, limits, functions: measured }));
  if (missed.length > 0) process.exitCode = 1;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

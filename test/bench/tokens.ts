import { parseArgs } from 'node:util';
import { printRows } from './report.ts';
import { type Crew, startCrew } from './tokens/crew.ts';
import { askedEverySeconds, type ExpiryWave, expiryWave } from './tokens/expiry-wave.ts';
import { type Ground, lifetimeMs, startGround } from './tokens/ground.ts';
import { measureService, type ServiceFigures } from './tokens/service.ts';
import { type Cell, type Stampede, stampede } from './tokens/stampede.ts';
import { peerNames } from './tokens/tasks.ts';
import { type WarmReads, warmReads } from './tokens/warm.ts';

/**
 * What tokens cost: how often the identity provider is asked when many want one, how long callers wait, how fast a token
 * is read that is there, and what other OAuth clients do in the same places. Counts are exact; times are this machine's
 * and only comparable within one run. `--quick` runs a small part of it, to see that it runs.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const latencyMs = 200;

interface Plan {
  readonly cells: readonly Cell[];
  readonly repetitions: number;
  readonly peerCells: readonly Cell[];
  readonly wave: { readonly tenants: number; readonly processes: number };
  readonly warmMs: number;
  /** Requests per second that are aimed at: ten times what a comparable self-hosted product answers on two such cores. */
  readonly service: readonly { readonly concurrency: number; readonly goal: number }[];
}

const full: Plan = {
  cells: [1, 2, 8, 32].flatMap((processes) => [1, 10, 100].map((callers) => ({ processes, callers }))),
  repetitions: 5,
  peerCells: [
    { processes: 1, callers: 1 },
    { processes: 1, callers: 100 },
    { processes: 8, callers: 10 },
    { processes: 32, callers: 10 },
  ],
  wave: { tenants: 1_500, processes: 8 },
  warmMs: 3_000,
  service: [
    { concurrency: 1, goal: 1_090 },
    { concurrency: 10, goal: 1_950 },
  ],
};
const quick: Plan = {
  cells: [
    { processes: 1, callers: 1 },
    { processes: 3, callers: 10 },
  ],
  repetitions: 1,
  peerCells: [{ processes: 3, callers: 10 }],
  wave: { tenants: 60, processes: 3 },
  warmMs: 100,
  service: [],
};
const plan = values.quick ? quick : full;

const ground = await startGround();
let crew: Crew | undefined;
try {
  const most = Math.max(...[...plan.cells, plan.wave].map(({ processes }) => processes));
  crew = await startCrew(most);
  await Promise.all(crew.members.map((member) => member.ask('surround', ground.surroundings)));
  const broker = await stampedes(ground, crew);
  const peers = await peerStampedes(ground, crew, broker);
  const wave = await waves(ground, crew);
  const warm = await reads(ground, crew);
  await crew.stop();
  await ground.stop();
  const service = await serve();
  report({ broker, peers, wave, warm, service });
} finally {
  await crew?.stop();
  await ground.stop();
}

async function stampedes({ setLatency }: Ground, { members }: Crew): Promise<readonly Stampede[]> {
  console.log(
    `One tenant, no token but an expired one; the identity provider answers after ${latencyMs} ms; callers in each ` +
      `process, all at once; ${plan.repetitions} times each: most requests of one time, waits of all.`,
  );
  setLatency(latencyMs);
  const measured: Stampede[] = [];
  for (const cell of plan.cells)
    measured.push(await stampede(ground, members, 'broker', cell, plan.repetitions));
  const times = (wait: number) => `${(wait / latencyMs).toFixed(2)}×`;
  printRows(
    ['processes', 'callers each', 'token requests', 'p50 ms', 'of latency', 'p99 ms', 'of latency'],
    measured.map(({ processes, callers, tokenRequests, p50Ms, p99Ms }) => [
      processes,
      callers,
      tokenRequests,
      p50Ms,
      times(p50Ms),
      p99Ms,
      times(p99Ms),
    ]),
  );
  return measured;
}

async function peerStampedes(
  { setLatency }: Ground,
  { members }: Crew,
  broker: readonly Stampede[],
): Promise<readonly Stampede[]> {
  console.log(
    'The same with other clients as they document it. All share an item that holds the expired token; once each.',
  );
  setLatency(latencyMs);
  const measured: Stampede[] = [];
  for (const name of peerNames) {
    for (const cell of plan.peerCells) measured.push(await stampede(ground, members, name, cell, 1));
  }
  const own = broker.filter((one) =>
    plan.peerCells.some(({ processes, callers }) => one.processes === processes && one.callers === callers),
  );
  printRows(
    ['client', 'processes', 'callers each', 'token requests', 'p50 ms', 'p99 ms'],
    [...own, ...measured].map(({ contender, processes, callers, tokenRequests, p50Ms, p99Ms }) => [
      contender === 'broker' ? 'this token cache' : contender,
      processes,
      callers,
      tokenRequests,
      p50Ms,
      p99Ms,
    ]),
  );
  return measured;
}

async function waves({ setLatency }: Ground, { members }: Crew): Promise<ExpiryWave> {
  const { tenants, processes } = plan.wave;
  const crowd = members.slice(0, processes);
  console.log(
    `${tenants} tokens of an hour, issued and so expiring within one minute; ${processes} processes, each asking for each ` +
      `token every ${askedEverySeconds} seconds, on a virtual clock that waits for every answer before its next second.`,
  );
  setLatency(0);
  const wave = await expiryWave(ground, crowd, tenants);
  const uniform = Math.ceil(tenants / (0.1 * (lifetimeMs / 1000)));
  printRows(
    [
      'tenants',
      'token requests',
      'most in one second',
      'first to last, s',
      'evenly in 6 minutes',
      'in the minute of expiry',
    ],
    [
      [
        tenants,
        wave.tokenRequests,
        wave.peakRequestsPerSecond,
        wave.seconds,
        `${uniform} per s`,
        `${Math.ceil(tenants / 60)} per s`,
      ],
    ],
  );
  return wave;
}

async function reads({ setLatency }: Ground, { members }: Crew): Promise<WarmReads> {
  console.log('A good token, read by one process, one read after another.');
  setLatency(0);
  const [member] = members;
  if (member === undefined) throw new Error('There is no process.');
  const warm = await warmReads(ground, member, plan.warmMs);
  printRows(
    ['read', 'per second', 'p50 ms', 'p99 ms'],
    [
      ['at hand in the process', warm.inProcessOpsPerSecond, '', ''],
      ['through the shared item', warm.sharedOpsPerSecond, warm.sharedP50Ms, warm.sharedP99Ms],
    ],
  );
  return warm;
}

async function serve(): Promise<readonly ServiceFigures[]> {
  if (plan.service.length === 0) return [];
  console.log(
    'The broker invoked over signed HTTP in the local cloud by another process, a good token; the rate of the median of ' +
      'five turns.',
  );
  const figures = await measureService(plan.service.map(({ concurrency }) => concurrency));
  printRows(
    ['concurrency', 'requests per second', 'aimed at', 'p50 ms', 'p99 ms'],
    figures.map(({ concurrency, requestsPerSecond, p50Ms, p99Ms }) => [
      concurrency,
      requestsPerSecond,
      plan.service.find((one) => one.concurrency === concurrency)?.goal ?? '',
      p50Ms,
      p99Ms,
    ]),
  );
  return figures;
}

/** The figures as the last line in JSON; the exit code says whether the counts are what they must be. */
function report(figures: {
  readonly broker: readonly Stampede[];
  readonly peers: readonly Stampede[];
  readonly wave: ExpiryWave;
  readonly warm: WarmReads;
  readonly service: readonly ServiceFigures[];
}): void {
  const { broker, peers, wave, warm, service } = figures;
  const { tenants, tokenRequests, peakRequestsPerSecond } = wave;
  console.log(
    JSON.stringify({
      stampede: broker.map(({ processes, callers, tokenRequests, p50Ms, p99Ms }) => ({
        processes,
        callers,
        tokenRequests,
        p50Ms,
        p99Ms,
      })),
      expiryWave: { tenants, tokenRequests, peakRequestsPerSecond },
      warm,
      service,
      peers: peers.map(({ contender, processes, callers, tokenRequests }) => ({
        name: contender,
        processes,
        callers,
        tokenRequests,
      })),
    }),
  );
  const asked = broker.every((one) => one.tokenRequests === 1 && one.fewestTokenRequests === 1);
  if (!asked || tokenRequests !== tenants) process.exitCode = 1;
}

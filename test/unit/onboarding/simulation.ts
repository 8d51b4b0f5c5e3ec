import { activateConnection } from '../../../functions/activate-connection/activate-connection.ts';
import { applyFact } from '../../../functions/apply-fact/apply-fact.ts';
import { expireInvitationCode } from '../../../functions/expire-invitation-code/expire-invitation-code.ts';
import { flag } from '../../../functions/flag-for-attention/flag-for-attention.ts';
import { issueInvitationCode } from '../../../functions/issue-invitation-code/issue-invitation-code.ts';
import { resumeOnboarding } from '../../../functions/resume-onboarding/resume-onboarding.ts';
import { testAccess } from '../../../functions/test-access/test-access.ts';
import { waitForFact } from '../../../functions/wait-for-fact/wait-for-fact.ts';
import { workflowEvents } from '../../../shared/contracts/events/event.ts';
import {
  flagInput,
  onboardingInput,
  stepAnswer,
  waitInput,
} from '../../../shared/contracts/workflow/onboarding.ts';
import type { Executions } from '../../../shared/domain/connection/executions.ts';
import type { Step, Wait } from '../../../shared/domain/connection/next-step.ts';
import type { OnboardingPolicy } from '../../../shared/domain/connection/policy.ts';
import type { TenantReader } from '../../../shared/domain/tenant/repository.ts';
import { aPolicy } from '../../builders/connection.ts';
import { someTime } from '../../builders/history.ts';
import { createInMemoryStore, type InMemoryStore, type Store } from '../../doubles/in-memory-store.ts';
import { type Delivery, deliver } from './delivery.ts';
import { afterTimeout, caught, isRetried, type Place, type Run } from './machine.ts';
import { eventOf, statusChangeOf } from './messages.ts';
import { Crash, intercepted, seeded } from './unreliable.ts';

/** How badly the world behaves. All of it follows from the seed. */
export interface Chaos {
  readonly seed: number;
  /** Chance of a crash before or after each call of a function to the outside. */
  readonly crash: number;
  /** Chance that a message is delivered once more. */
  readonly duplicate: number;
  /** Messages and executions take their turns in any order. */
  readonly reorder: boolean;
}

const calm: Chaos = { seed: 1, crash: 0, duplicate: 0, reorder: false };

/** Tries of one task: enough that chance never exhausts them, few enough that an outage does. */
const triesMax = 25;

/**
 * The whole loop of the onboarding in one process and on one clock: the real task functions, the real driver and the
 * chain of the state machine, over an in-memory store whose history is delivered as events. It stands still until told.
 */
export class Simulation {
  readonly store: InMemoryStore;
  readonly runs = new Map<string, Run>();
  readonly policy: OnboardingPolicy;
  /** Called between any two calls of a running function: other writers come in here. */
  interrupt: (() => Promise<void>) | undefined;
  #chaos: Chaos;
  readonly #random: () => number;
  readonly #reader: TenantReader;
  readonly #unreliable: Store;
  readonly #queue: Delivery[] = [];
  #now = Date.parse(someTime);
  #published = 0;
  #written = true;
  #tokens = 0;

  constructor(options: { reader: TenantReader; chaos?: Chaos; policy?: Partial<OnboardingPolicy> }) {
    this.#chaos = options.chaos ?? calm;
    this.#random = seeded(this.#chaos.seed);
    this.#reader = options.reader;
    this.policy = aPolicy(options.policy);
    this.store = this.#watched(createInMemoryStore());
    const { connections, environments, tenants, stock, deliveries, waitingRoom } = this.store;
    const { healthSchedule, healthTally, campaigns, imports, mails, answers } = this.store;
    const around = () => this.#around();
    this.#unreliable = {
      connections: intercepted(connections, around),
      environments: intercepted(environments, around),
      tenants: intercepted(tenants, around),
      stock: intercepted(stock, around),
      deliveries: intercepted(deliveries, around),
      waitingRoom: intercepted(waitingRoom, around),
      campaigns: intercepted(campaigns, around),
      imports: intercepted(imports, around),
      mails: intercepted(mails, around),
      answers: intercepted(answers, around),
      healthSchedule: intercepted(healthSchedule, around),
      healthTally: intercepted(healthTally, around),
    };
  }

  readonly clock = () => new Date(this.#now);

  get now(): string {
    return this.clock().toISOString();
  }

  /** From now on nothing goes wrong by itself. */
  calmDown(): void {
    this.#chaos = calm;
    this.interrupt = undefined;
  }

  /** Runs until every message is delivered and every execution waits or has ended. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5_000; turn += 1) {
      this.#publish();
      const ready = [...this.runs.values()].filter(
        (run) => run.status === 'RUNNING' && run.at.kind !== 'parked',
      );
      const choices = this.#queue.length + ready.length;
      if (choices === 0) return;
      const choice = this.#chaos.reorder ? Math.floor(this.#random() * choices) : 0;
      const run = ready[choice - this.#queue.length];
      if (run === undefined) await this.#deliver(choice);
      else await this.#advance(run);
    }
    throw new Error('The onboarding does not come to rest: it runs in circles.');
  }

  /** Lets time pass; every wait that times out meanwhile does so at its own moment. */
  async pass(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    for (;;) {
      await this.settle();
      const next = this.#nextTimeout();
      if (next === undefined || next.until > end) break;
      this.#now = next.until;
      next.run.at = afterTimeout(next.wait);
    }
    this.#now = end;
    await this.settle();
  }

  /** Ends the running execution of a connection as an operator's `StopExecution` would. */
  abort(connectionId: string): void {
    for (const run of this.runs.values()) {
      if (run.connectionId === connectionId && run.status === 'RUNNING') this.#end(run, 'ABORTED');
    }
  }

  /** Queues a health check, as the planner does. */
  check(connectionId: string, period: number): void {
    const message = { kind: 'check', connectionId, period } as const;
    do this.#queue.push({ to: 'check-health', message, receiveCount: 1 });
    while (this.#random() < this.#chaos.duplicate);
  }

  /** The waits that have begun and not ended. */
  parked(): readonly {
    connectionId: string;
    attempt: number;
    wait: Wait;
    token: string;
    until: number;
  }[] {
    return [...this.runs.values()].flatMap(({ connectionId, attempt, status, at }) =>
      status === 'RUNNING' && at.kind === 'parked'
        ? [{ connectionId, attempt, wait: at.wait, token: at.token, until: at.until }]
        : [],
    );
  }

  readonly executions: Executions = {
    start: async (connectionId, attempt) => {
      await this.#around();
      const name = `${connectionId}-${attempt}`;
      if (!this.runs.has(name)) {
        const at: Place = { kind: 'task', task: 'resume-onboarding' };
        this.runs.set(name, { name, connectionId, attempt, status: 'RUNNING', at, transitions: 1 });
      }
      await this.#around();
    },
    wake: async (taskToken) => {
      await this.#around();
      const run = [...this.runs.values()].find(
        ({ status, at }) => status === 'RUNNING' && at.kind === 'parked' && at.token === taskToken,
      );
      if (run !== undefined) run.at = { kind: 'task', task: 'apply-fact' };
      await this.#around();
      return run === undefined ? 'gone' : 'woken';
    },
  };

  async #around(): Promise<void> {
    if (this.#random() < this.#chaos.crash) throw new Crash();
    const interrupt = this.interrupt;
    if (interrupt === undefined) return;
    this.interrupt = undefined;
    await interrupt();
    this.interrupt ??= interrupt;
  }

  /** Notices writes, since looking for new entries after every turn would take most of a test's time. */
  #watched(store: InMemoryStore): InMemoryStore {
    const noted =
      <Given extends unknown[], Answer>(write: (...given: Given) => Promise<Answer>) =>
      (...given: Given): Promise<Answer> => {
        this.#written = true;
        return write(...given);
      };
    const { connections, environments, stock } = store;
    return {
      ...store,
      connections: { ...connections, save: noted(connections.save) },
      environments: { ...environments, save: noted(environments.save) },
      stock: { ...stock, add: noted(stock.add) },
    };
  }

  /** The table's stream and the rule for the workflow queue. */
  #publish(): void {
    if (!this.#written) return;
    this.#written = false;
    const entries = this.store.entries();
    for (const entry of entries.slice(this.#published)) {
      if (!workflowEvents.some((type) => type === entry.type)) continue;
      const message = eventOf(entry);
      do this.#queue.push({ to: 'drive-onboarding', message, receiveCount: 1 });
      while (this.#random() < this.#chaos.duplicate);
    }
    this.#published = entries.length;
  }

  async #deliver(index: number): Promise<void> {
    const [delivery] = this.#queue.splice(index, 1);
    if (delivery === undefined) return;
    const reader = intercepted(this.#reader, () => this.#around());
    const world = { ...this.#unreliable, executions: this.executions, clock: this.clock, reader };
    try {
      await deliver(world, delivery);
    } catch (error) {
      if (!isRetried(error)) throw error;
      this.#queue.push({ ...delivery, receiveCount: delivery.receiveCount + 1 });
    }
  }

  async #advance(run: Run): Promise<void> {
    const { at } = run;
    run.transitions += 1;
    if (at.kind === 'wait') return this.#park(run, at.wait, at.waitSeconds);
    try {
      const step = await this.#tried(() => this.#perform(run));
      run.transitions += 1;
      this.#choose(run, stepAnswer.parse(JSON.parse(JSON.stringify(step))));
    } catch (error) {
      if (at.kind === 'flag') this.#end(run, 'FAILED');
      else run.at = caught(at.kind === 'task' ? at.task : undefined, error);
    }
  }

  #choose(run: Run, step: Step): void {
    if (step.next === 'end') {
      run.status = 'SUCCEEDED';
      run.at = { kind: 'over' };
    } else if ('waitSeconds' in step) {
      run.at = { kind: 'wait', wait: step.next, waitSeconds: step.waitSeconds };
    } else run.at = { kind: 'task', task: step.next };
  }

  #perform(run: Run): Promise<Step> {
    const input = onboardingInput.parse({ connectionId: run.connectionId, attempt: run.attempt });
    const world = { ...this.#unreliable, clock: this.clock, policy: this.policy };
    if (run.at.kind === 'flag') {
      return flag(world, flagInput.parse({ ...input, reason: run.at.reason, error: run.at.error }));
    }
    switch (run.at.kind === 'task' ? run.at.task : undefined) {
      case 'resume-onboarding':
        return resumeOnboarding(world, input);
      case 'issue-invitation-code':
        return issueInvitationCode({ ...world, random: () => 0 }, input);
      case 'test-access':
        return testAccess({ ...world, reader: intercepted(this.#reader, () => this.#around()) }, input);
      case 'activate-connection':
        return activateConnection(world, input);
      case 'apply-fact':
        return applyFact(world, input);
      case 'expire-invitation-code':
        return expireInvitationCode(world, input);
      default:
        throw new Error(`${run.name} performs nothing at ${run.at.kind}.`);
    }
  }

  /** A wait's task is in place, and can be woken, before its function has stored the token; each retry is a new token. */
  async #park(run: Run, wait: Wait, waitSeconds: number): Promise<void> {
    const until = this.#now + waitSeconds * 1000;
    try {
      await this.#tried(async () => {
        this.#tokens += 1;
        const token = `token-${this.#tokens}`;
        run.at = { kind: 'parked', wait, token, until };
        const world = {
          ...this.#unreliable,
          executions: this.executions,
          clock: this.clock,
          policy: this.policy,
        };
        try {
          await waitForFact(
            world,
            waitInput.parse({ connectionId: run.connectionId, attempt: run.attempt, wait, taskToken: token }),
          );
        } catch (error) {
          // The task may have been woken by itself before the function died: then it is over and done.
          if (run.at.kind === 'parked') throw error;
        }
      });
    } catch (error) {
      run.at = caught(undefined, error);
    }
  }

  async #tried<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isRetried(error) || attempt >= triesMax) throw error;
      }
    }
  }

  #end(run: Run, status: 'FAILED' | 'ABORTED'): void {
    run.status = status;
    run.at = { kind: 'over' };
    this.#queue.push({ to: 'drive-onboarding', message: statusChangeOf(run, this.now), receiveCount: 1 });
  }

  #nextTimeout(): { run: Run; wait: Wait; until: number } | undefined {
    let first: { run: Run; wait: Wait; until: number } | undefined;
    for (const run of this.runs.values()) {
      if (run.status !== 'RUNNING' || run.at.kind !== 'parked') continue;
      if (first === undefined || run.at.until < first.until) {
        first = { run, wait: run.at.wait, until: run.at.until };
      }
    }
    return first;
  }
}

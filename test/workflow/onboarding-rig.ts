import type { StepAnswer } from '../../shared/contracts/workflow/onboarding.ts';
import { type Behaviour, type Json, Rig, settle } from '../unit/states/rig.ts';
import { deployedDefinition } from './deployed-definition.ts';

const definition = deployedDefinition();
const input = { connectionId: 'con_0123456789abcdef0123', attempt: 1 };

/** An answer, or the name of the error that is thrown. */
type Does = StepAnswer | { readonly throws: string };

/** The deployed definition in the interpreter of the local cloud, with functions that answer what a test says. */
export class Onboarding {
  readonly rig = new Rig();
  #arn = '';

  constructor(functions: Readonly<Record<string, readonly Does[]>>) {
    for (const [name, answers] of Object.entries(functions)) {
      this.rig.functions.set(
        name,
        answers.map((answer): Behaviour => ('throws' in answer ? answer : { returns: answer })),
      );
    }
  }

  async start(): Promise<this> {
    this.#arn = await this.rig.start(this.rig.create(definition).ref, input, `${input.connectionId}-1`);
    return this;
  }

  /** Runs on over retries until the execution ends or is parked in a wait of a minute or more. */
  async untilQuiet(): Promise<this> {
    for (let turn = 0; turn < 400; turn += 1) {
      await settle();
      if ((await this.status()) !== 'RUNNING' || (await this.parkedIn()) !== undefined) return this;
      if (!(await this.rig.clock.next())) return this;
    }
    throw new Error('the execution does not come to rest');
  }

  /** A fact is written: whoever waits is woken. */
  async wake(): Promise<string> {
    const taskToken = this.rig.invoked.findLast(({ name }) => name === 'wait-for-fact')?.payload.taskToken;
    const code = await this.rig.codeOf('SendTaskSuccess', { taskToken, output: '{}' });
    await this.untilQuiet();
    return code;
  }

  async advance(seconds: number): Promise<void> {
    await this.rig.clock.advance(seconds);
    await settle();
  }

  async status(): Promise<string> {
    return (await this.rig.describe(this.#arn)).status;
  }

  async error(): Promise<string> {
    return (await this.rig.describe(this.#arn)).error;
  }

  /** Names of the states entered, in order. */
  async visited(): Promise<string[]> {
    const events = await this.rig.history(this.#arn);
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  async parkedIn(): Promise<string | undefined> {
    if ((await this.status()) !== 'RUNNING') return undefined;
    const last = (await this.visited()).at(-1);
    const waits = this.rig.invoked.at(-1)?.name === 'wait-for-fact' && last?.startsWith('WaitFor');
    return waits && this.#lastInvocationSucceeded() ? last : undefined;
  }

  /** Payloads that a function was called with, without their task tokens. */
  calls(name: string): Json[] {
    return this.rig.invoked
      .filter((call) => call.name === name)
      .map(({ payload: { taskToken: _token, ...payload } }) => payload);
  }

  transitions(): number {
    return this.rig.states.transitions(this.#arn);
  }

  #lastInvocationSucceeded(): boolean {
    const all = this.rig.functions.get('wait-for-fact') ?? [];
    const count = this.calls('wait-for-fact').length;
    const behaviour = all[Math.min(count, all.length) - 1];
    return behaviour === undefined || !('throws' in behaviour);
  }
}

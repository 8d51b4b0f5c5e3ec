import { AwsError } from '../service.ts';
import type { Definition } from './definition.ts';
import { HALTED, Halt } from './halt.ts';
import { History } from './history.ts';
import { interpret } from './interpreter.ts';
import type { Json } from './json.ts';
import type { Timer } from './timers.ts';
import type { Surroundings } from './visit.ts';

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definitionText: string;
  readonly definition: Definition;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** How an execution ended, or that it has not. */
export interface Ending {
  readonly status: Status;
  /** JSON text; of succeeded executions only. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface Execution extends Ending {
  readonly arn: string;
  readonly machine: StateMachine;
  readonly name: string;
  /** JSON text as the caller sent it. */
  readonly input: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  readonly history: History;
  /** States entered plus retries. */
  readonly transitions: number;
}

/** What only this file changes. */
interface Record extends Execution {
  status: Status;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
  stoppedAt?: number | undefined;
  transitions: number;
  readonly halt: Halt;
  timeout?: Timer;
}

const NAME_KEPT_MS = 90 * 24 * 60 * 60 * 1000;

const EVENT_OF = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

interface Listener {
  /** After every change of an execution's status. */
  readonly statusChanged: (execution: Execution) => void;
  /** A defect of the local cloud, not of the workflow. */
  readonly broken: (execution: Execution, error: unknown) => void;
}

/** The executions of all state machines, in memory: a parked one costs its data, one promise and a heap entry. */
export class Executions {
  readonly #byArn = new Map<string, Record>();
  readonly #byMachine = new Map<string, Record[]>();
  readonly #listener: Listener;
  #transitions = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** State transitions of all executions since the start. */
  get transitions(): number {
    return this.#transitions;
  }

  find(arn: string): Execution | undefined {
    return this.#byArn.get(arn);
  }

  /** In the order in which they were started. */
  of(stateMachineArn: string): readonly Execution[] {
    return this.#byMachine.get(stateMachineArn) ?? [];
  }

  /**
   * Starts an execution, or answers the running one that has the same name and input.
   * @throws {AwsError} ExecutionAlreadyExists for a name that was used within the last 90 days otherwise.
   */
  start(
    machine: StateMachine,
    name: string,
    inputText: string,
    input: Json,
    around: Surroundings,
  ): Execution {
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const now = around.clock.now();
    const known = this.#byArn.get(arn);
    if (known !== undefined && (known.stoppedAt === undefined || now - known.stoppedAt < NAME_KEPT_MS)) {
      if (known.status === 'RUNNING' && known.input === inputText) return known;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const history = new History(() => around.clock.now());
    const halt = new Halt();
    const record: Record = {
      arn,
      machine,
      name,
      input: inputText,
      startedAt: now,
      status: 'RUNNING',
      history,
      halt,
      transitions: 0,
    };
    this.#byArn.set(arn, record);
    this.#list(record, known);
    history.add('ExecutionStarted', { input: inputText, roleArn: machine.roleArn });
    const { TimeoutSeconds: seconds } = machine.definition;
    if (seconds !== undefined) {
      record.timeout = around.timers.schedule(now + seconds * 1000, () =>
        this.#end(record, { status: 'TIMED_OUT', error: 'States.Timeout' }, around),
      );
    }
    this.#run(record, input, around);
    this.#listener.statusChanged(record);
    return record;
  }

  /** Ends a running execution; one that has ended already stays as it is. */
  abort(
    arn: string,
    reason: { readonly error?: string | undefined; readonly cause?: string | undefined },
    around: Surroundings,
  ): void {
    const record = this.#byArn.get(arn);
    if (record !== undefined) this.#end(record, { status: 'ABORTED', ...reason }, around);
  }

  /** Lets go of everything that executions wait for, without ending them: the cloud goes down. */
  stop(): void {
    for (const { halt } of this.#byArn.values()) halt.halt();
  }

  #list(record: Record, replaced: Record | undefined): void {
    const siblings = this.#byMachine.get(record.machine.arn) ?? [];
    if (replaced !== undefined) siblings.splice(siblings.indexOf(replaced), 1);
    siblings.push(record);
    this.#byMachine.set(record.machine.arn, siblings);
  }

  #run(record: Record, input: Json, around: Surroundings): void {
    const { arn, name, machine, startedAt, history, halt } = record;
    const context = {
      Execution: {
        Id: arn,
        Input: input,
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: new Date(startedAt).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
    const transition = () => {
      record.transitions += 1;
      this.#transitions += 1;
    };
    const run = {
      definition: machine.definition,
      stateMachineArn: machine.arn,
      input,
      context,
      history,
      halt,
      transition,
    };
    // Not within the caller's call: StartExecution answers before the first state runs.
    Promise.resolve()
      .then(() => interpret(run, around))
      .then((outcome) => {
        if (outcome === HALTED) return;
        this.#end(
          record,
          outcome.status === 'SUCCEEDED' ? { ...outcome, output: JSON.stringify(outcome.output) } : outcome,
          around,
        );
      })
      .catch((error: unknown) => {
        this.#listener.broken(record, error);
        this.#end(
          record,
          { status: 'FAILED', error: 'States.Runtime', cause: `The local cloud failed: ${error}` },
          around,
        );
      });
  }

  #end(record: Record, ending: Ending, { timers, clock }: Surroundings): void {
    if (record.status !== 'RUNNING' || ending.status === 'RUNNING') return;
    timers.cancel(record.timeout);
    const { status, output, error, cause } = ending;
    Object.assign(record, { status, output, error, cause, stoppedAt: clock.now() });
    record.history.add(EVENT_OF[ending.status], status === 'SUCCEEDED' ? { output } : { error, cause });
    record.halt.halt();
    this.#listener.statusChanged(record);
  }
}

import { randomBytes } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { Json } from './json.ts';

/** What a worker may tell a task that waits for its token. */
export interface WaitingTask {
  /** False when the task has ended meanwhile. */
  succeed(output: Json): boolean;
  fail(error: string, cause: string): boolean;
  heartbeat(): void;
}

interface Entry {
  readonly stateMachineArn: string;
  /** Absent once the task has ended: answered, timed out, or ended with its execution. */
  task?: WaitingTask;
}

const TOKEN = /^AQC[A-Za-z0-9_-]{192}$/;

/**
 * The tokens of `.waitForTaskToken`: opaque, 144 random bytes. Ended ones are remembered by machine only, since a
 * late answer must be told `TaskTimedOut` and not that its token never existed.
 */
export class TaskTokens {
  readonly #entries = new Map<string, Entry>();

  /** A new token; nobody can answer it before `open`. */
  issue(stateMachineArn: string): string {
    const token = `AQC${randomBytes(144).toString('base64url')}`;
    this.#entries.set(token, { stateMachineArn });
    return token;
  }

  open(token: string, task: WaitingTask): void {
    const entry = this.#entries.get(token);
    if (entry !== undefined) entry.task = task;
  }

  close(token: string): void {
    delete this.#entries.get(token)?.task;
  }

  stateMachineOf(token: string): string | undefined {
    return this.#entries.get(token)?.stateMachineArn;
  }

  /** @throws {AwsError} InvalidToken, TaskDoesNotExist (e.g. of an earlier run of this cloud) or TaskTimedOut. */
  find(token: string): WaitingTask {
    if (!TOKEN.test(token)) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    const entry = this.#entries.get(token);
    if (entry === undefined)
      throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'No task has this token'");
    if (entry.task === undefined) throw taskTimedOut();
    return entry.task;
  }
}

/** Also for a task that was answered already: Step Functions makes no difference. */
export function taskTimedOut(): AwsError {
  return new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}

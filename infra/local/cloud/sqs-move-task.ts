import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { AwsError } from './service.ts';
import type { Queue } from './sqs-queue.ts';

interface MoveTask {
  readonly handle: string;
  readonly source: string;
  readonly destination: string | undefined;
  readonly rate: number | undefined;
  readonly toMove: number;
  readonly startedAt: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  failure?: string;
}

/**
 * Redrive of dead letters (`StartMessageMoveTask`). A moved message is a new one: new id, new retention, receive count
 * from zero (Developer Guide, "Configuring a dead-letter queue redrive").
 */
export class MoveTasks {
  readonly #clock: Clock;
  readonly #queue: (arn: string) => Queue;
  readonly #tasks: MoveTask[] = [];
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, queue: (arn: string) => Queue) {
    this.#clock = clock;
    this.#queue = queue;
  }

  /** Starts moving every message that is visible now; answers the task's handle. */
  start(source: Queue, destination: string | undefined, rate: number | undefined): string {
    const arn = source.settings.arn;
    if (this.#tasks.some((task) => task.source === arn && task.status === 'RUNNING')) {
      throw new AwsError('UnsupportedOperation', `There is already a task running for ${arn}.`);
    }
    if (destination !== undefined) this.#queue(destination);
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: arn })).toString('base64'),
      source: arn,
      destination,
      rate,
      toMove: source.counts().visible,
      startedAt: this.#clock.now(),
      moved: 0,
      status: 'RUNNING',
    };
    this.#tasks.unshift(task);
    this.#next(task, source);
    return task.handle;
  }

  /** Newest first; at most ten per source are kept by AWS as well. */
  list(sourceArn: string, maximum: number): readonly Record<string, unknown>[] {
    return this.#tasks
      .filter((task) => task.source === sourceArn)
      .slice(0, maximum)
      .map((task) => ({
        ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn: task.source,
        ...(task.destination !== undefined && { DestinationArn: task.destination }),
        ...(task.rate !== undefined && { MaxNumberOfMessagesPerSecond: task.rate }),
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        ...(task.failure !== undefined && { FailureReason: task.failure }),
        StartedTimestamp: task.startedAt,
      }));
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  #next(task: MoveTask, source: Queue): void {
    const pause = task.rate === undefined ? 0 : 1000 / task.rate;
    this.#cancels.set(
      task.handle,
      this.#clock.setTimer(pause, () => this.#step(task, source)),
    );
  }

  #step(task: MoveTask, source: Queue): void {
    const message = task.moved < task.toMove ? source.takeForMove() : undefined;
    if (message === undefined) {
      task.status = 'COMPLETED';
      this.#cancels.delete(task.handle);
      return;
    }
    const target = task.destination ?? message.deadLetterSource;
    if (target === undefined) {
      // Sent here by something that is not a queue (a rule, a function): AWS cannot take it back either.
      task.status = 'FAILED';
      task.failure = 'CouldNotDetermineMessageSource';
      source.putBack(message);
      this.#cancels.delete(task.handle);
      return;
    }
    this.#queue(target).send({
      body: message.body,
      attributes: message.attributes,
      delaySeconds: 0,
      senderId: message.senderId,
    });
    task.moved += 1;
    this.#next(task, source);
  }
}

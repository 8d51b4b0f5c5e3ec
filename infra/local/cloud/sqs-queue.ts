import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { AwsError, type Chaos } from './service.ts';
import {
  type MessageAttributes,
  type StoredMessage,
  sizeOf,
  withoutInvalidCharacters,
} from './sqs-message.ts';

/** Seconds, counts and bytes as the template names them. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeout: number;
  readonly retention: number;
  readonly delay: number;
  readonly receiveWait: number;
  readonly maximumMessageSize: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delaySeconds?: number;
  readonly senderId: string;
}

interface Waiter {
  readonly maximum: number;
  readonly visibilityTimeout: number;
  readonly deadline: number;
  readonly resolve: (messages: readonly StoredMessage[]) => void;
}

/** Quota "Messages per queue (in flight)" of standard queues. */
const MAXIMUM_IN_FLIGHT = 120_000;

/** One standard queue: order is not promised, delivery is at least once, and `chaos` makes both visible. */
export class Queue {
  readonly settings: QueueSettings;
  readonly #clock: Clock;
  readonly #chaos: Chaos;
  /** Finds the dead-letter queue, which may be created after this one. */
  readonly #deadLetterQueue: (arn: string) => Queue;
  #messages: StoredMessage[] = [];
  #waiters: Waiter[] = [];
  #cancelTimer: () => void = () => {};

  constructor(settings: QueueSettings, clock: Clock, chaos: Chaos, deadLetterQueue: (arn: string) => Queue) {
    this.settings = settings;
    this.#clock = clock;
    this.#chaos = chaos;
    this.#deadLetterQueue = deadLetterQueue;
  }

  /** Answers the message as stored: its body may differ in characters that SQS cannot carry. */
  send(message: NewMessage): StoredMessage {
    const body = withoutInvalidCharacters(message.body);
    if (body === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (sizeOf(body, message.attributes) > this.settings.maximumMessageSize) {
      const limit = this.settings.maximumMessageSize;
      const text = `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`;
      throw new AwsError('InvalidParameterValue', text);
    }
    const now = this.#clock.now();
    const delay = (message.delaySeconds ?? this.settings.delay) * 1000;
    const what = `sqs:${this.settings.name}`;
    const stored: StoredMessage = {
      messageId: randomUUID(),
      body,
      attributes: message.attributes,
      senderId: message.senderId,
      sentAt: now,
      visibleAt: now + delay,
      receiveCount: 0,
    };
    // A duplicate has the same message id, as SQS's own duplicates have.
    for (let copy = this.#chaos.copies(what); copy > 0; copy -= 1) {
      this.#messages.push({ ...stored, visibleAt: stored.visibleAt + this.#chaos.delay(what) });
    }
    this.#serve();
    return stored;
  }

  /** Waits up to `waitSeconds` for the first message; answers an empty list when none came. */
  receive(
    maximum: number,
    waitSeconds?: number,
    visibilityTimeout?: number,
  ): Promise<readonly StoredMessage[]> {
    if (this.counts().inFlight >= MAXIMUM_IN_FLIGHT) {
      throw new AwsError(
        'OverLimit',
        `Too many messages in flight in ${this.settings.name}: delete received ones first.`,
      );
    }
    const timeout = visibilityTimeout ?? this.settings.visibilityTimeout;
    const found = this.#take(maximum, timeout);
    const wait = (waitSeconds ?? this.settings.receiveWait) * 1000;
    if (found.length > 0 || wait === 0) return Promise.resolve(found);
    return new Promise((resolve) => {
      const deadline = this.#clock.now() + wait;
      this.#waiters.push({ maximum, visibilityTimeout: timeout, deadline, resolve });
      this.#arm();
    });
  }

  /**
   * Deletes by the latest receipt handle. A handle of an earlier receive, or of a message that is gone, succeeds
   * without effect: that is what SQS allows itself, and what a consumer slower than its visibility timeout must survive.
   */
  delete(receiptHandle: string): void {
    this.#checkHandle(receiptHandle);
    this.#messages = this.#messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    this.#checkHandle(receiptHandle);
    const index = this.#messages.findIndex((message) => message.receiptHandle === receiptHandle);
    const message = this.#messages[index];
    if (message === undefined) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw new AwsError(
        'InvalidParameterValue',
        `Value for parameter ReceiptHandle is invalid. Reason: ${reason}`,
      );
    }
    if (message.visibleAt <= this.#clock.now()) {
      throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    this.#messages[index] = { ...message, visibleAt: this.#clock.now() + seconds * 1000 };
    this.#serve();
  }

  purge(): void {
    this.#messages = [];
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#expire();
    const now = this.#clock.now();
    const hidden = this.#messages.filter((message) => message.visibleAt > now);
    const delayed = hidden.filter((message) => message.receiveCount === 0).length;
    return { visible: this.#messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  /** Takes one visible message out of the queue for a move task. */
  takeForMove(): StoredMessage | undefined {
    this.#expire();
    const now = this.#clock.now();
    const index = this.#messages.findIndex((message) => message.visibleAt <= now);
    return index < 0 ? undefined : this.#messages.splice(index, 1)[0];
  }

  /** Puts back what `takeForMove` took and nobody wanted. */
  putBack(message: StoredMessage): void {
    this.#messages.push(message);
    this.#serve();
  }

  /** Puts a message in that another queue gave up on. */
  acceptDeadLetter(message: StoredMessage, sourceArn: string): void {
    const { receiptHandle: _gone, ...rest } = message;
    this.#messages.push({ ...rest, visibleAt: this.#clock.now(), deadLetterSource: sourceArn });
    this.#serve();
  }

  stop(): void {
    this.#cancelTimer();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve([]);
  }

  #take(maximum: number, visibilityTimeout: number): StoredMessage[] {
    this.#expire();
    const now = this.#clock.now();
    this.#giveUpExhausted(now);
    const candidates = this.#messages.filter((message) => message.visibleAt <= now);
    if (this.#chaos.shuffle(`sqs:${this.settings.name}`))
      shuffleInPlace(candidates, () => this.#chaos.random());
    const taken = new Map<StoredMessage, StoredMessage>();
    for (const message of candidates.slice(0, maximum)) {
      taken.set(message, {
        ...message,
        visibleAt: now + visibilityTimeout * 1000,
        receiveCount: message.receiveCount + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
        receiptHandle: Buffer.from(`${this.settings.name} ${randomUUID()}`).toString('base64url'),
      });
    }
    this.#messages = this.#messages.map((message) => taken.get(message) ?? message);
    return [...taken.values()];
  }

  /** SQS looks at the receive count when a message is about to be received once more, not when its timeout ends. */
  #giveUpExhausted(now: number): void {
    const { redrive, arn } = this.settings;
    if (redrive === undefined) return;
    const exhausted = (message: StoredMessage) =>
      message.visibleAt <= now && message.receiveCount >= redrive.maxReceiveCount;
    const dead = this.#messages.filter(exhausted);
    if (dead.length === 0) return;
    this.#messages = this.#messages.filter((message) => !exhausted(message));
    for (const message of dead)
      this.#deadLetterQueue(redrive.deadLetterTargetArn).acceptDeadLetter(message, arn);
  }

  #expire(): void {
    const oldest = this.#clock.now() - this.settings.retention * 1000;
    this.#messages = this.#messages.filter((message) => message.sentAt > oldest);
  }

  /** Gives visible messages to waiting receivers, first come first served, and sends those home whose wait is over. */
  #serve(): void {
    while (this.#waiters[0] !== undefined) {
      const first = this.#waiters[0];
      const found = this.#take(first.maximum, first.visibilityTimeout);
      if (found.length === 0) break;
      this.#waiters.shift();
      first.resolve(found);
    }
    const now = this.#clock.now();
    const late = this.#waiters.filter((waiter) => waiter.deadline <= now);
    this.#waiters = this.#waiters.filter((waiter) => waiter.deadline > now);
    for (const waiter of late) waiter.resolve([]);
    this.#arm();
  }

  /** One timer per queue, and only while somebody waits: for the next message to appear or the next wait to end. */
  #arm(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    if (this.#waiters.length === 0) return;
    const now = this.#clock.now();
    const moments = [
      ...this.#waiters.map((waiter) => waiter.deadline),
      ...this.#messages.map((message) => message.visibleAt).filter((at) => at > now),
    ];
    const next = moments.reduce((soonest, at) => Math.min(soonest, at), Number.POSITIVE_INFINITY);
    this.#cancelTimer = this.#clock.setTimer(Math.max(0, next - now), () => this.#serve());
  }

  #checkHandle(receiptHandle: string): void {
    const issuer = Buffer.from(receiptHandle, 'base64url').toString().split(' ')[0];
    if (issuer === this.settings.name) return;
    throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  }
}

/** Fisher-Yates. */
function shuffleInPlace<T>(items: T[], random: () => number): void {
  for (let index = items.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [left, right] = [items[index], items[other]];
    if (left === undefined || right === undefined) continue;
    items[index] = right;
    items[other] = left;
  }
}
